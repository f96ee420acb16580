"""What a blank setting means: one table, used to answer settings and to read them.

These are the format's own defaults (``scene.md``, "Fields"); what depends on sounds is answered by the
stages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgext.scene.decision import Decision, share
from imgext.scene.model import ROOM

if TYPE_CHECKING:
    from imgext.scene.model import Scene

#: Dotted path of every setting, what a blank means, and what a person is told.
SETTINGS: dict[str, tuple[Any, str]] = {
    "seed": (0, "the default seed"),
    "sample_rate": (48000, "the default rate"),
    **{name: (default, f"the default; {meaning}") for name, (default, meaning) in ROOM.items()},
    "find.mode": ("best", "the default"),
    "find.prefer": ("rating", "the default"),
    "find.fallback": ("csv", "the default: climb the tag hierarchy"),
    "find.judge": ("offline", "the default: by the words of a sound's name, tags and description"),
    "find.licences": (["cc0", "by"], "the default: free to use, at most with credit"),
    "levels.object": ([-30.0, -20.0], "the default: dBFS at importance 0 and 1"),
    "levels.atmo": (-30.0, "the default: dBFS of every bed"),
    "levels.measure": ("rms", "the default: gated RMS"),
    "arrange.mode": ("random", "the default"),
    "arrange.min_gap": (0.25, "the default, seconds between two starts"),
    "unmask.mode": ("audible", "the default"),
    "unmask.max_cut": (6.0, "the default, dB in sum"),
    "unmask.q": (1.0, "the default"),
    "unmask.dynamics": ("off", "the default: nothing is compressed that is not written so"),
    "reverb.engine": ("ir", "the default: a noise impulse response"),
    "master.true_peak": (-1.0, "the default, dBTP"),
    "master.limiter": ("auto", "the default: holds the ceiling"),
}


def setting(scene: Scene, path: str) -> Any:
    """A setting as written, or what its blank means.

    >>> from imgext.scene.model import Scene
    >>> setting(Scene.of({"schema": "imgext.scene/1", "levels": {"atmo": -33}}), "levels.atmo")
    -33.0
    """
    node: Any = scene
    for name in path.split("."):
        node = getattr(node, name, None)
    return SETTINGS[path][0] if node is None else node


def settle(scene: Scene) -> tuple[Scene, list[Decision]]:
    """Answer every blank setting, and what an object's blanks mean; the first stage of `resolve`."""
    decisions = [
        Decision(path, value, because, stage="defaults")
        for path, (value, because) in SETTINGS.items()
        if scene.value(path) is None
    ]
    for key, thing in scene.objects.items():
        if thing.kind is None:
            decisions.append(
                Decision(
                    f"objects.{key}.kind", "object", "the default: a thing with a place", stage="defaults"
                )
            )
        if thing.importance is None and thing.kind != "atmo":
            decisions.append(
                Decision(f"objects.{key}.importance", 0.5, "the default: in the middle", stage="defaults")
            )
        if thing.pan is None and thing.kind != "atmo":
            decisions.append(_pan(key, thing.box))
    return scene.answered(decisions), decisions


def _pan(key: str, box: list[float] | None) -> Decision:
    if box is None:
        return Decision(f"objects.{key}.pan", 0.0, "no box, so the middle", stage="defaults")
    centre = box[0] + box[2] / 2
    pan = max(-1.0, min(1.0, share((2 * centre - 1) * PAN_AT_EDGE)))
    return Decision(
        f"objects.{key}.pan",
        pan,
        f"its box is centred at {centre:.0%} of the width",
        {"centre": share(centre)},
        "defaults",
    )


#: Pan of something at the very edge of the picture.
PAN_AT_EDGE = 0.8
