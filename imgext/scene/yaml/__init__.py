"""Reads YAML as text: where each value stands and how it is spelled."""
