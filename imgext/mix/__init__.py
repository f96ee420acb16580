"""Decides how loud and where each sound is, its share of the room, and its cuts."""

from imgext.mix.levels import mix

__all__ = ["mix"]
