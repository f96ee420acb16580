"""Resolves masking between tracks: from powers in bands to cuts in a scene."""
