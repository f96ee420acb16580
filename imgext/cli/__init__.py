"""The commands; each parses, calls the library, prints, and knows nothing itself."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of ``imgext``: runs a command and ends with its exit code."""
    if sys.argv[1:] == ["--version"]:
        from imgext._version import __version__

        print(f"imgext {__version__}")  # noqa: T201
        return
    import signal

    from imgext.cli.app import run

    signal.signal(signal.SIGTERM, _stop)  # so that temporary files go, as they do with Ctrl-C
    _keep_pages()
    sys.setswitchinterval(0.0002)  # threads that measure and write hand over at once
    sys.exit(run())


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _keep_pages() -> None:
    """Let glibc reuse freed arrays of up to 8 MB, instead of new pages each block."""
    if sys.platform != "linux":
        return
    import contextlib
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # another C library has no such call, and needs none
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 1 << 23)  # M_MMAP_THRESHOLD
        libc.mallopt(-1, 1 << 28)  # M_TRIM_THRESHOLD
