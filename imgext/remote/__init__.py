"""Talking to servers: bounded in time and size, with keys that reach nobody else. Knows no scene and no sound."""
