"""Where something stands in a scene file, for faults."""

from __future__ import annotations

from imgext.errors import Fault, Place


class Where:
    """A dotted path that looks its place in the file up only when it is asked for."""

    __slots__ = ("file", "path", "text")

    def __init__(self, file: str, text: str, path: str) -> None:
        self.file, self.text, self.path = file, text, path

    def place(self) -> Place:
        """File, line and column; the path alone for a scene without a file."""
        if not self.text:
            return Place(path=self.path)
        from imgext.scene.yaml.nodes import place_of

        return Place(self.file, *place_of(self.text, self.path), self.path)

    def fault(self, code: str, message: str, hint: str = "") -> Fault:
        """What is wrong here."""
        return Fault(self.place(), code, message, hint)

    def __str__(self) -> str:
        return str(self.place())
