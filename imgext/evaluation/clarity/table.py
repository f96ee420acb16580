"""Puts many scenes in one table, as text and as JSON.

What each mode changes, how sure that is, what it costs and which guards it broke.

Conventions: the data is a plain mapping, schema ``imgext.evaluate/1``, that `json` writes as it is;
differences are mode less `off`, scene by scene, with 95 % bootstrap intervals. In the text a figure whose
interval leaves out zero stands with a star.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import UsageError
from imgext.evaluation.clarity.bootstrap import Estimate, estimate, paired
from imgext.evaluation.clarity.compare import OFF
from imgext.evaluation.clarity.figures import GUARDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA = "imgext.evaluate/1"

#: Figures that are compared with `off`, and what they are called in the text.
COMPARED = {
    "murw": "MURw",
    "mur": "MUR mean",
    "mur_min": "MUR min",
    "mur_top": "MUR top",
    "plw": "PLw",
    "glw": "GLw",
    "murw_loc": "MURw_loc",
    "m": "M",
    "spread": "spread",
}

#: Figures that say what a mode costs, zero in `off`.
COSTS = ("lsd", "lsd_worst", "dlufs_worst", "local_drop", "centroid", "bells", "cut_low", "cut_high")

#: What of `COMPARED` a mode is compared with another in.
_VERSUS = ("murw", "mur_min", "plw", "glw", "murw_loc")


def summarise(
    scenes: Sequence[Mapping[str, Mapping[str, Any]]],
    *,
    names: Sequence[str] | None = None,
    favourite: str | None = "audible",
) -> dict[str, Any]:
    """Put the figures of scenes together.

    Parameters
    ----------
    scenes : sequence of mapping of mode to figures
        From `imgext.evaluation.evaluate_scene`; at least one.
    names : sequence of str, optional
        What the scenes are called, else scene 1, scene 2 and so on.
    favourite : str or None
        The mode that is compared with every other one besides `off`; left out where it does not occur.

    Returns
    -------
    dict
        ``schema``; ``guards`` (limits); ``off`` (estimate by figure); ``modes`` (by mode: ``scenes``,
        ``differences`` and ``costs`` (estimate by figure), ``lowest`` and ``highest`` (cost in the extreme
        scene), ``improved`` (scenes in which murw rose), ``broken`` (scenes by guard) and
        ``scenes_with_broken_guards``); ``versus`` (by mode: estimate by figure of favourite less mode);
        ``scenes`` (name and figures). A mode that occurs in some scenes only is counted over those.

    Raises
    ------
    UsageError
        There is no scene, or the names are not as many.
    """
    if not scenes:
        raise UsageError("no scene was evaluated")
    titles = [f"scene {number}" for number in range(1, len(scenes) + 1)] if names is None else list(names)
    if len(titles) != len(scenes):
        raise UsageError(f"{len(titles)} names for {len(scenes)} scenes")
    modes = list(dict.fromkeys(mode for scene in scenes for mode in scene if mode != OFF))
    return {
        "schema": SCHEMA,
        "guards": dict(GUARDS),
        "off": {figure: estimate(_column(scenes, OFF, figure))._asdict() for figure in COMPARED},
        "modes": {mode: _mode([scene for scene in scenes if mode in scene], mode) for mode in modes},
        "versus": {}
        if favourite not in modes
        else {"favourite": favourite, "modes": _versus(scenes, favourite, modes)},
        "scenes": [
            {"name": title, "modes": dict(scene)} for title, scene in zip(titles, scenes, strict=True)
        ],
    }


def as_json(data: Mapping[str, Any]) -> str:
    """Give the data as JSON text, two spaces, a line break at the end."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def table_text(data: Mapping[str, Any]) -> str:
    """Give the data as tables for people.

    Parameters
    ----------
    data : mapping
        From `summarise`.

    Returns
    -------
    str
        What each mode changes; what it costs; how the favourite does against the others. Ends with a line
        break.
    """
    off, count = data["off"], len(data["scenes"])
    level = ", ".join(
        f"{title} {off[figure]['mean']:.3f}"
        for figure, title in COMPARED.items()
        if figure not in {"murw_loc", "spread"}
    )
    parts = [f"{count} scene{'s' * (count > 1)}; off: {level}", ""]

    long = ("murw", "mur", "mur_min")
    rows = [["mode", *(f"d {title}" for title in COMPARED.values())]]
    for mode, those in data["modes"].items():
        rows.append(
            [
                mode,
                *(_difference(those["differences"][figure], interval=figure in long) for figure in COMPARED),
            ]
        )
    parts += [*_aligned(rows), ""]

    rows = [
        [
            "mode",
            "LSD mean/worst (max)",
            "dLUFS worst (min)",
            "local drop",
            "centroid (max)",
            "range",
            "bells",
            "better in",
            "guards broken",
        ]
    ]
    for mode, those in data["modes"].items():
        cost, lowest, highest = (
            {key: value["mean"] for key, value in those["costs"].items()},
            those["lowest"],
            those["highest"],
        )
        broken = ", ".join(f"{guard} {number}" for guard, number in those["broken"].items())
        rows.append(
            [
                mode,
                f"{cost['lsd']:.2f}/{cost['lsd_worst']:.2f} ({highest['lsd_worst']:.1f})",
                f"{cost['dlufs_worst']:.1f} ({lowest['dlufs_worst']:.1f})",
                f"{cost['local_drop']:.1f}",
                f"{cost['centroid']:.2f} ({highest['centroid']:.2f})",
                f"{lowest['cut_low']:.2f} ... {highest['cut_high']:.2f}",
                f"{cost['bells']:.1f}",
                f"{those['improved']}/{those['scenes']}",
                f"{those['scenes_with_broken_guards']} ({broken})" if broken else "0",
            ]
        )
    parts += _aligned(rows)

    if data["versus"]:
        rows = [[f"{data['versus']['favourite']} less", *(f"d {COMPARED[figure]}" for figure in _VERSUS)]]
        for mode, estimates in data["versus"]["modes"].items():
            rows.append([mode, *(_difference(estimates[figure], interval=True) for figure in _VERSUS)])
        parts += ["", *_aligned(rows)]
    parts += [
        "",
        "[95 % bootstrap interval of the mean]; * the interval leaves out zero. All at the loudness of off.",
    ]
    return "\n".join(parts) + "\n"


def _mode(scenes: Sequence[Mapping[str, Mapping[str, Any]]], mode: str) -> dict[str, Any]:
    broken = [guard for scene in scenes for guard in scene[mode]["guards"]]
    costs = {figure: _column(scenes, mode, figure) for figure in COSTS}
    return {
        "scenes": len(scenes),
        "differences": {
            figure: paired(_column(scenes, mode, figure), _column(scenes, OFF, figure))._asdict()
            for figure in COMPARED
        },
        "costs": {figure: estimate(values)._asdict() for figure, values in costs.items()},
        "lowest": {figure: min(values) for figure, values in costs.items()},
        "highest": {figure: max(values) for figure, values in costs.items()},
        "improved": sum(scene[mode]["murw"] > scene[OFF]["murw"] for scene in scenes),
        "broken": {guard: broken.count(guard) for guard in dict.fromkeys(broken)},
        "scenes_with_broken_guards": sum(bool(scene[mode]["guards"]) for scene in scenes),
    }


def _versus(
    scenes: Sequence[Mapping[str, Mapping[str, Any]]], favourite: str, modes: Sequence[str]
) -> dict[str, dict[str, Any]]:
    result = {}
    for mode in modes:
        both = [scene for scene in scenes if mode in scene and favourite in scene]
        if mode != favourite and both:
            result[mode] = {
                figure: paired(_column(both, favourite, figure), _column(both, mode, figure))._asdict()
                for figure in _VERSUS
            }
    return result


def _column(scenes: Sequence[Mapping[str, Mapping[str, Any]]], mode: str, figure: str) -> list[float]:
    return [float(scene[mode][figure]) for scene in scenes]


def _difference(those: Mapping[str, float], *, interval: bool) -> str:
    """A difference with its interval, and a star where that leaves out zero.

    Three places.
    """
    numbers = Estimate(**those)  # type: ignore[arg-type]
    sure = "*" if numbers.scenes > 1 and numbers.low * numbers.high > 0.0 else ""
    text = f"{_signed(numbers.mean)}{sure}"
    return (
        f"{text} [{_signed(numbers.low)}, {_signed(numbers.high)}]"
        if interval and numbers.scenes > 1
        else text
    )


def _signed(value: float) -> str:
    return f"{np.round(value, 3) + 0.0:+.3f}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in {0, len(row) - 1} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
