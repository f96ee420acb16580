"""People: steps, voices, talk, crowds, hands."""
