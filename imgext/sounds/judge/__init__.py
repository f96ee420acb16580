"""Judges whether a found sound is what was asked for."""
