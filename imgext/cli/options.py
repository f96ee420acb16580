"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import console
from imgext.report.pictures import PICTURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.pipeline.setup import Setup

SceneFile = Annotated[
    Path, typer.Argument(metavar="SCENE", help="A scene, such as scene.yaml.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Print every decision.")]
Force = Annotated[bool, typer.Option("--force", "-f", help="Overwrite files that imgext did not make.")]
Libraries = Annotated[
    list[Path] | None,
    typer.Option(
        "--library",
        "-l",
        metavar="DIR",
        help="A folder of sounds to choose from; may be repeated. Blank: IMGEXT_LIBRARY or imgext.toml.",
        show_default=False,
    ),
]
Outside = Annotated[bool, typer.Option("--allow-outside", help="Let a scene use sounds outside its folder.")]
Locked = Annotated[bool, typer.Option("--locked", help="Fail where the lock and the scene disagree.")]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write here instead of to stdout.", show_default=False
    ),
]
Seed = Annotated[
    int | None, typer.Option("--seed", min=0, help="Seed of all random choices.", show_default=False)
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Ask nothing over a network; also IMGEXT_OFFLINE=1.")
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="Let this vision model look at the photo (OPENAI_BASE_URL, OPENAI_API_KEY). "
        "Blank: the offline analyser; also IMGEXT_VISION=1.",
        show_default=False,
    ),
]
Detector = Annotated[
    str | None,
    typer.Option(
        "--detector",
        metavar="FILE",
        help="What gives boxes: an ONNX file, ssdlite or off; also IMGEXT_DETECTOR. "
        "Blank: ssdlite where imgext[detector] is installed.",
        show_default=False,
    ),
]
Scenes = Annotated[list[Path], typer.Argument(metavar="SCENE...", help="Scenes.", show_default=False)]
Photo = Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo.", show_default=False)]
Pictures = Annotated[
    bool, typer.Option("--pictures/--no-pictures", help=f"Draw {', '.join(PICTURES)} (PNG).")
]
Stems = Annotated[
    bool, typer.Option("--stems", help="Write each track and the room's return as stems/ID.wav.")
]
Masking = Annotated[
    bool, typer.Option("--masking", help="Write masking.json, who masks whom, also without pictures.")
]
Delta = Annotated[bool, typer.Option("--delta", help="Write what cuts and compression removed as delta.wav.")]
Bits = Annotated[int, typer.Option("--bits", help="Word length of the mix: 24, or 16 with dither.")]


def length(text: str) -> float:
    """Read a length of time between a millisecond and a day."""
    from imgext.scene.times import seconds_of

    try:
        value = seconds_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if not 0.001 <= value <= 86400:
        raise typer.BadParameter(f"{text} is not between 0.001 s and 24h")
    return value


def loudness(text: str) -> float | None:
    """Read a loudness in LUFS, or ``none``."""
    if text.strip().lower() == "none":
        return None
    try:
        value = float(text)
    except ValueError:
        value = 1.0
    if not -70 <= value <= 0:
        raise typer.BadParameter(
            f"{text} is not a loudness; allowed: -70 to 0, or none", param_hint="--loudness"
        )
    return value


def setup(
    library: Sequence[Path] | None,
    *,
    offline: bool = False,
    model: str | None = None,
    allow_outside: bool = False,
    locked: bool = False,
    quiet: bool = False,
) -> Setup:
    """Open sound folders and services as options and settings say."""
    from imgext.pipeline.setup import open_setup

    return open_setup(
        library,
        offline=offline,
        model=model,
        allow_outside=allow_outside,
        locked=locked,
        report=(lambda _line: None) if quiet else console.say,
    )
