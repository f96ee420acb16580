"""Where something stands in a scene file, for messages."""

from __future__ import annotations


class Where:
    """A dotted path; it prints as ``file:line:col: path``, without a file as the path alone, and looks the place up only then."""

    __slots__ = ("file", "path", "text")

    def __init__(self, file: str, text: str, path: str) -> None:
        self.file, self.text, self.path = file, text, path

    def __str__(self) -> str:
        if not self.text:
            return self.path
        from imgext.scene.yaml.nodes import place_of

        line, column = place_of(self.file, self.text, self.path)
        return f"{self.file}:{line}:{column}: {self.path}"
