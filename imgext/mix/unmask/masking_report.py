"""Reports who masks whom in a resolved scene, before and after its cuts.

The data of ``masking.json``, of its picture, and of what `explain` says.

Conventions: severities run from 0 to 1, see `imgext.mix.unmask.analysis`; in matrices they are whole
hundredths. A matrix has 25 rows, one for each critical band, the lowest first, and a column for each `column`
seconds from `from` on; a row without any masking is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgext.mix.unmask.stage import placed, settings_of
from imgext.scene.model import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.mix.unmask.analysis import Pair
    from imgext.mix.unmask.planner import Placed
    from imgext.rendering import Opened, Plan


def masking_report(
    scene: Scene,
    planned: Plan,
    opened: Opened,
) -> dict[str, Any]:
    """Figures and matrices of every two tracks that sound together.

    Parameters
    ----------
    scene : Scene
        Resolved.
    planned : Plan
        Of this scene.
    opened : Opened
        Its sounds.

    Returns
    -------
    dict
        ``bands`` (25 centres in Hz) and ``pairs``, the worst first: by how much the track that `yields` masks
        the other before the cuts; two beds come after all others. Each has the ids `one` and `other`,
        `yields` (the less important of them, None for equals), `from` and `column` in seconds, and `before`
        and `after` with the figures of `imgext.mix.unmask.analysis.Pair`; None where the two are not heard
        together.
    """
    from imgext.dsp.bark import CENTRES, hop
    from imgext.mix.unmask.analysis import pairs
    from imgext.rendering import make_plan

    settings = settings_of(scene, planned)
    with_cuts = placed(scene, planned, opened)
    cut = {key for key, track in scene.tracks.items() if track.eq or track.compressor is not None}
    without = with_cuts
    if cut:
        data = scene.as_data()
        for track in data["tracks"].values():
            track["eq"] = []
            track.pop("compressor", None)
        bare = Scene.of(data).located(scene.folder, scene.name)
        plain, _ = make_plan(bare, opened)
        without = [
            *placed(bare, plain, opened, among=cut),
            *(track for track in with_cuts if track.id not in cut),
        ]
    before = {(pair.one, pair.other): pair for pair in pairs(without, settings)}
    changed = (
        pairs(with_cuts, settings, among=cut, grids={ids: pair.cells.grid for ids, pair in before.items()})
        if cut
        else []
    )
    after = {ids: pair for ids, pair in before.items() if not cut & {*ids}}
    after |= {(pair.one, pair.other): pair for pair in changed}
    tracks = {track.id: track for track in with_cuts}
    frame = hop(planned.rate) / planned.rate
    said = []
    for ids in sorted({*before, *after}):
        grid = (before.get(ids) or after[ids]).cells.grid
        said.append(
            {
                "one": ids[0],
                "other": ids[1],
                "yields": _yielding(tracks[ids[0]], tracks[ids[1]]),
                "from": round(grid.first * frame, 3),
                "column": round(grid.width * frame, 6),
                "before": _figures(before.get(ids)),
                "after": _figures(after.get(ids)),
            }
        )
    return {
        "schema": "imgext.masking/1",
        "bands": list(CENTRES),
        "pairs": sorted(said, key=lambda pair: (_beds(pair, tracks), *_badness(pair))),
    }


def masking_of(scene: Scene, opened: Opened) -> dict[str, Any]:
    """`masking_report` of a resolved scene that is not rendered."""
    from imgext.rendering import make_plan

    planned, _ = make_plan(scene, opened)
    return masking_report(scene, planned, opened)


def _yielding(one: Placed, other: Placed) -> str | None:
    """Return the track that makes room: a bed, or the less important of two."""
    standing = [(not track.bed, track.rank) for track in (one, other)]
    return None if standing[0] == standing[1] else (one if standing[0] < standing[1] else other).id


def _beds(pair: Mapping[str, Any], tracks: Mapping[str, Placed]) -> bool:
    return tracks[pair["one"]].bed and tracks[pair["other"]].bed


def _badness(pair: Mapping[str, Any]) -> tuple[float, float, str, str]:
    """Sorts the worst first.

    By severity in seconds, summed over the bands, of the one that yields, then of the other.
    """
    figures = pair["before"] or pair["after"]
    forth, back = round(sum(figures["one_masks"]), 3), round(sum(figures["other_masks"]), 3)
    if pair["yields"] == pair["other"] or (pair["yields"] is None and back > forth):
        forth, back = back, forth
    return -forth, -back, pair["one"], pair["other"]


def _figures(pair: Pair | None) -> dict[str, Any] | None:
    if pair is None:
        return None
    return {
        "seconds": pair.seconds,
        "one_masks": list(pair.one_masks),
        "other_masks": list(pair.other_masks),
        "severity": list(pair.severity),
        "share": pair.share,
        "interchange": pair.interchange,
        "cells": {
            "together": list(pair.cells.together),
            "one_masks": [list(row) for row in pair.cells.one_masks],
            "other_masks": [list(row) for row in pair.cells.other_masks],
        },
    }
