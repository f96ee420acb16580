"""One core for each scale of a picture, and no more.

The linear algebra library behind numpy starts threads of its own, which spin while they wait for each other:
two scales at the same time then cost three times the work on a busy machine. Here it may use one thread while
a picture is looked at. OpenBLAS is the library of numpy's wheels (functions ``openblas_set_num_threads`` and
its namesakes); another library keeps its own ways.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@functools.cache
def _switch() -> tuple[Callable[[int], None], Callable[[], int]] | None:
    """Find OpenBLAS's two functions under this build's names; None without it."""
    import importlib

    try:
        library = ctypes.CDLL(str(importlib.import_module("numpy._core._multiarray_umath").__file__))
    except (ImportError, OSError):
        return None
    for prefix, suffix in (("scipy_", "64_"), ("scipy_", ""), ("", "64_"), ("", "")):
        try:
            return library[f"{prefix}openblas_set_num_threads{suffix}"], library[
                f"{prefix}openblas_get_num_threads{suffix}"
            ]
        except AttributeError:
            continue
    return None


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Let linear algebra use one thread for every caller, then as many as before."""
    switch = _switch()
    if switch is None:
        yield
        return
    put, get = switch
    before = get()
    put(1)
    try:
        yield
    finally:
        put(before)
