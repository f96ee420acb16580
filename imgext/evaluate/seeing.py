"""How well photos are seen: ``python -m imgext.evaluate.seeing PHOTOS TRUTH.json``.

TRUTH.json is a list of photos, each ``{"file": ..., "objects": [{"label": ..., "box": [x, y, width, height]}]}`` with boxes as fractions of the
picture, and where it is known ``"areas"`` (share of the picture by surface) and ``"indoors"`` (true, false, null). Every photo becomes a scene, and the scenes are
compared with the truth; what counts as right is told in `imgext.evaluate.kinds`, where indoors comes from in `imgext.evaluate.whereabouts`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import ImgextError, MissingInputError, SceneError
from imgext.evaluate import kinds, whereabouts
from imgext.evaluate.sighting import sight, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene

    Analyser = Callable[[Path], tuple[Scene, list[Decision]]]

FOLDS = "`python tools/train_heads.py` prints what four folds reach on those photos, each fold judged by heads of the other three (photo i by name is in fold i mod 4)"


def read_truth(path: Path) -> list[dict[str, Any]]:
    """Read a truth and check it.

    Raises
    ------
    MissingInputError
        When there is no such file.
    SceneError
        When it is no list of photos with boxes; the message names the photo.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MissingInputError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SceneError(f"{path}: not JSON in UTF-8: {error}") from error
    try:
        records = json.loads(text)
    except ValueError as error:
        raise SceneError(f"{path}: not JSON: {error}") from error
    if not isinstance(records, list) or not records:
        raise SceneError(f"{path}: must be a list of photos, each with `file` and `objects`")
    for number, record in enumerate(records):
        _check(record, f"{path}: photo {number}")
    return sorted(records, key=lambda record: str(record["file"]))


def _check(record: Any, where: str) -> None:
    if not isinstance(record, dict) or not isinstance(record.get("file"), str) or not isinstance(record.get("objects"), list):
        raise SceneError(f"{where}: must have `file`, a name, and `objects`, a list")
    for thing in record["objects"]:
        box = thing.get("box") if isinstance(thing, dict) else None
        fine = isinstance(box, list) and len(box) == 4 and all(isinstance(side, int | float) and not isinstance(side, bool) for side in box)
        if not fine or not isinstance(thing.get("label"), str):
            raise SceneError(f"{where} ({record['file']}): every object needs a `label` and a `box` of four numbers")
    if not isinstance(record.get("areas"), dict | None) or not isinstance(record.get("indoors"), bool | None):
        raise SceneError(f"{where} ({record['file']}): `areas` is a mapping or null, `indoors` true, false or null")


def evaluate_seeing(
    photos: Path | str,
    truth: Path | str,
    *,
    analyser: Analyser | None = None,
    name: str = "offline",
    told: Callable[[str], None] = lambda _line: None,
) -> dict[str, Any]:
    """See every photo of a truth and measure what was seen.

    Parameters
    ----------
    photos : path
        Their folder. Photos that the truth does not name are left alone.
    truth : path
        See the module's text.
    analyser : callable, optional
        From a photo's path to a scene and its decisions; blank: the offline analyser.
    name : str
        What the analyser is called in the result.
    told : callable
        Told a line for each photo.

    Returns
    -------
    dict
        As `imgext.evaluate.sighting.summarise`, schema ``imgext.seeing/1``.

    Raises
    ------
    MissingInputError, SceneError
        The truth or a photo is missing or cannot be read.
    """
    photos = Path(photos)
    records = read_truth(Path(truth))
    judged = kinds.vocabulary(thing["label"] for record in records for thing in record["objects"])
    see = analyser or offline
    sightings = []
    for record in records:
        path = photos / record["file"]
        if not path.is_file():
            raise MissingInputError(f"{path}: no such photo, but the truth names it")
        digest = whereabouts.digest_of(path)
        scene, decisions = see(path)
        warnings = [decision.because for decision in decisions if decision.kind == "warning"]
        sightings.append(
            sight(
                record,
                scene,
                judged,
                indoors=whereabouts.indoors(record, digest),
                trained=digest in whereabouts.looked_at(),
                notes=warnings,
            )
        )
        tally = sightings[-1].tally
        told(
            f"{record['file']}: right {', '.join(tally.right) or 'nothing'}; wrong {', '.join(tally.wrong) or 'nothing'}; "
            f"missed {', '.join(tally.missed) or 'nothing'}"
        )
    return summarise(sightings, name, judged)


def offline(photo: Path) -> tuple[Scene, list[Decision]]:
    """The offline analyser as `imgext analyze` uses it."""
    from imgext.picture import analyze

    return analyze(photo)


def text_of(figures: Mapping[str, Any]) -> str:
    """The figures for people."""

    def shown(key: str) -> str:
        return "nothing to measure" if figures[key] is None else f"{figures[key]:.3f}"

    counts = figures["counts"]
    lines = [
        f"analyser             {figures['analyser']}",
        f"photos               {figures['photos']}",
        (
            f"labels               precision {shown('precision')}, recall {shown('recall')}, F1 {shown('f1')} "
            f"({counts['right']} right, {counts['wrong']} wrong, {counts['missed']} missed)"
        ),
        f"without person       F1 {shown('f1_without_person')}; person alone {shown('f1_person')}",
        (
            f"pan error            {shown('pan_error_largest')} from the largest box of its kind, {shown('pan_error_nearest')} from the nearest; "
            f"always 0 would be {shown('pan_error_of_zero')} ({counts['pans']} things)"
        ),
        f"importance           rank agreement with box area {shown('importance_rank')} ({counts['pairs']} pairs)",
        f"indoors or outdoors  {shown('indoor_accuracy')} right of {figures['indoor_known']} photos on which the truth is known",
    ]
    if figures["trained_on"]:
        lines += [
            "",
            f"The heads of the offline analyser were trained on {figures['trained_on']} of these {figures['photos']} photos, so its figures here flatter it.",
            f"Kept-out figures: {FOLDS}.",
        ]
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m imgext.evaluate.seeing", description="See photos and compare what was seen with a truth of boxes."
    )
    parser.add_argument("photos", type=Path, metavar="PHOTOS", help="folder of photos")
    parser.add_argument("truth", type=Path, metavar="TRUTH.json", help="list of {file, objects: [{label, box}]}")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, with every photo's labels beside the truth")
    parser.add_argument("--verbose", "-v", action="store_true", help="a line for each photo on stderr")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; errors are one line on stderr, the return value is the exit code."""
    arguments = _parser().parse_args(words)
    told = (lambda line: print(line, file=sys.stderr)) if arguments.verbose else (lambda _line: None)  # noqa: T201
    try:
        figures = evaluate_seeing(arguments.photos, arguments.truth, told=told)
    except ImgextError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, allow_nan=False) + "\n" if arguments.json else text_of(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
