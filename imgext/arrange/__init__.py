"""When each sound is heard."""

from imgext.arrange.place import arrange

__all__ = ["arrange"]
