"""People: steps, voices, talk, crowds, hands; a module a family, its rows at the end."""
