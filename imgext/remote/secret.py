"""Keys of services, which go into a header and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import quote


class Secret:
    """A key that shows in no repr, message or traceback.

    >>> key = Secret("abcdef")
    >>> key, key.scrub("bad key abcdef")
    (Secret(***), 'bad key ***')
    """

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        forms = sorted({value, quote(value, safe="")} - {""}, key=len, reverse=True)
        self._forms = re.compile("|".join(map(re.escape, forms)) or r"(?!)", re.IGNORECASE)

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def reveal(self) -> str:
        """The key itself, for the header and nothing else."""
        return self._value

    def scrub(self, text: str) -> str:
        """The text without the key, written plainly or as in an address."""
        return self._forms.sub("***", text)
