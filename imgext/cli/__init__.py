"""The commands; each parses, calls the library, prints, and knows nothing itself."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of ``imgext``: runs a command and ends with its exit code."""
    if sys.argv[1:] == ["--version"]:
        from imgext import __version__

        print(f"imgext {__version__}")  # noqa: T201
        return
    from imgext.cli.app import run

    sys.exit(run())
