"""What is struck, plucked, bowed and blown: bells, glass, instruments, games, fireworks."""
