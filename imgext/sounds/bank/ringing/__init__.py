"""Struck, plucked, bowed and blown things: bells, glass, instruments, games."""
