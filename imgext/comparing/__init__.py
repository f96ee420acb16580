"""Two scenes next to each other: what differs by field, in words, and in sound."""
