"""Decides when each sound is heard."""

from imgext.arranging.excess import excess
from imgext.arranging.place import arrange

__all__ = ["arrange", "excess"]
