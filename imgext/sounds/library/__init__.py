"""Reads sound folders of your own: index, descriptions, sidecar files."""
