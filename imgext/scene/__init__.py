"""Holds the format of scenes: model, text, edits and lock."""
