"""How well photos are seen, against a truth of boxes."""
