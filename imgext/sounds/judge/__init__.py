"""Whether a found sound is what was asked for."""
