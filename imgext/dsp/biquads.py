"""Runs filters made of second-order sections, such as a Butterworth band.

``scipy.signal`` takes longer to import than a short scene to render, because it brings statistics, linear
algebra and 800 docstrings along; its compiled recursion needs none of them. So that part alone is loaded, and
the public function where a release of scipy has it elsewhere. Both give the same samples.
"""

from __future__ import annotations

import cmath
import functools
import importlib.machinery
import importlib.util
import math
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["butterworth_band", "run"]

_RECURSION = "scipy.signal._sosfilt"
_LOADING = threading.Lock()


def run(sections: Array, x: Array, state: Array | None = None) -> tuple[Array, Array]:
    """Filter channels through second-order sections, in direct form II transposed.

    Parameters
    ----------
    sections : ndarray of float64, shape (sections, 6)
        Rows of ``b0 b1 b2 a0 a1 a2`` with ``a0`` 1.
    x : ndarray of float64, shape (channels, frames)
    state : ndarray of float64, shape (channels, sections, 2), optional
        What the last block left; blank: rest.

    Returns
    -------
    y : ndarray of float64, shape (channels, frames)
    state : ndarray of float64, shape (channels, sections, 2)
    """
    y = np.array(x, dtype=np.float64, order="C")
    rest = np.zeros((len(y), len(sections), 2))
    after = rest if state is None else np.array(state, dtype=np.float64, order="C")
    if y.size:
        _recursion()(np.ascontiguousarray(sections, dtype=np.float64), y, after)
    return y, after


@functools.cache
def _recursion() -> Callable[[Array, Array, Array], None]:
    """Load the compiled recursion that changes a block and its state in place."""
    with _LOADING:  # another thread must not meet a module that is half there
        loaded = sys.modules.get(_RECURSION)
        if not hasattr(loaded, "_sosfilt"):
            loaded = _alone()
    if loaded is not None:
        in_place: Callable[[Array, Array, Array], None] = vars(loaded)["_sosfilt"]
        return in_place

    def public(sections: Array, y: Array, state: Array) -> None:
        from scipy.signal import sosfilt

        y[:], after = sosfilt(sections, y, axis=-1, zi=np.moveaxis(state, 0, 1))
        state[:] = np.moveaxis(after, 1, 0)

    return public


def _alone() -> Any:
    """Load the recursion's module without its package; None if it is missing."""
    found = importlib.util.find_spec("scipy")
    for folder in (found.submodule_search_locations or []) if found else []:
        for suffix in importlib.machinery.EXTENSION_SUFFIXES:
            path = Path(folder) / "signal" / f"_sosfilt{suffix}"
            if path.is_file():
                loader = importlib.machinery.ExtensionFileLoader(_RECURSION, str(path))
                spec = importlib.util.spec_from_loader(_RECURSION, loader)
                assert spec is not None
                try:
                    module = importlib.util.module_from_spec(spec)
                    loader.exec_module(module)
                except ImportError:
                    return None
                return module if hasattr(module, "_sosfilt") else None
    return None


def butterworth_band(order: int, low: float, high: float, rate: float) -> Array:
    """Design a Butterworth band-pass of `order` sections between two edges in Hz.

    The prototype's poles are moved to the band (s to (s² + w²) / (s b)) and to the z-plane by the bilinear
    transform, with the edges warped beforehand (Oppenheim and Schafer, "Discrete-Time Signal Processing",
    7.1).

    Returns
    -------
    ndarray of float64, shape (order, 6)
        The section with the poles nearest to the unit circle last; the gain stands in the first.

    Raises
    ------
    ValueError
        When the edges do not lie between 0 and half the rate, in this order, or so far apart that poles
        would be real.

    >>> butterworth_band(1, 1000.0, 2000.0, 8000.0).round(6).tolist()
    [[0.292893, 0.0, -0.292893, 1.0, -0.585786, 0.414214]]
    """
    if not 0.0 < low < high < rate / 2.0:
        raise ValueError(
            f"the band from {low} to {high} Hz does not fit below half the rate, {rate / 2.0} Hz"
        )
    first, last = (2.0 * math.tan(math.pi * edge / rate) for edge in (low, high))
    width, middle = last - first, first * last
    poles = []
    for k in range(1 - order, order, 2):
        pole = -cmath.exp(0.5j * math.pi * k / order) * width / 2.0
        root = cmath.sqrt(pole * pole - middle)
        poles += [pole + root, pole - root]
    gain = (2.0 * width) ** order / math.prod(abs(2.0 - pole) for pole in poles)
    upper = sorted((pole for pole in poles if pole.imag > 0.0), key=lambda pole: pole.imag)
    if len(upper) != order:
        raise ValueError(f"the band from {low} to {high} Hz is too wide for sections with paired poles")
    moved = sorted(((2.0 + pole) / (2.0 - pole) for pole in upper), key=abs)
    sections = np.array([[1.0, 0.0, -1.0, 1.0, -2.0 * z.real, z.real**2 + z.imag**2] for z in moved])
    sections[0, :3] *= gain
    return sections
