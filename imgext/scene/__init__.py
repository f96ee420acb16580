"""The format."""
