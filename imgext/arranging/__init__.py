"""Decides when each sound is heard."""

from imgext.arranging.place import arrange, excess

__all__ = ["arrange", "excess"]
