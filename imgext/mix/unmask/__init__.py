"""Resolves masking between tracks: from powers in critical bands to cuts in a scene."""
