"""Knows what labels mean: the tag hierarchy and the words of English."""
