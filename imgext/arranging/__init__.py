"""When each sound is heard."""

from imgext.arranging.place import arrange

__all__ = ["arrange"]
