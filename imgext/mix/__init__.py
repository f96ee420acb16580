"""How loud, where, and how much of the room."""

from imgext.mix.levels import mix

__all__ = ["mix"]
