"""`MODES`: the ways to find cuts, each in the module of its name.

To add one, write a module with a `MODE` here and add its name to `UnmaskMode` in `imgext.scene.part`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, get_args

from imgext.scene.part import UnmaskMode

if TYPE_CHECKING:
    from imgext.mix.unmask.planner import Mode

MODES: dict[str, Mode] = {
    name: import_module(f"imgext.mix.unmask.modes.{name}").MODE for name in get_args(UnmaskMode)
}
