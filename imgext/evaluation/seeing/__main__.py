"""Measures how well photos are seen.

``python -m imgext.evaluation.seeing PHOTOS TRUTH.json``.

TRUTH.json is a list of photos, each ``{"file": ..., "objects": [{"label": ..., "box": [x, y, width,
height]}]}`` with boxes as fractions of the picture, and where it is known ``"areas"`` (share of the picture
by surface) and ``"indoors"`` (true, false, null). Every photo becomes a scene, and the scenes are compared
with the truth; `imgext.evaluation.seeing.kinds` says what counts as right, where indoors comes from in
`imgext.evaluation.seeing.whereabouts`.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import ImgextError, MissingInputError, SceneError
from imgext.evaluation.seeing import kinds, whereabouts
from imgext.evaluation.seeing.sighting import sight, summarise
from imgext.scene.model import VERSION, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from imgext.scene.decision import Decision

    Analyser = Callable[[Path], tuple[Scene, list[Decision]]]

FOLDS = (
    "`python tools/train_heads.py` prints what four folds reach on those photos, "
    "each fold judged by heads of the other three (photo i by name is in fold i mod 4)"
)


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
    if (
        not isinstance(record, dict)
        or not isinstance(record.get("file"), str)
        or not isinstance(record.get("objects"), list)
    ):
        raise SceneError(f"{where}: must have `file`, a name, and `objects`, a list")
    for thing in record["objects"]:
        box = thing.get("box") if isinstance(thing, dict) else None
        fine = (
            isinstance(box, list)
            and len(box) == 4
            and all(isinstance(side, int | float) and not isinstance(side, bool) for side in box)
        )
        if not fine or not isinstance(thing.get("label"), str):
            raise SceneError(
                f"{where} ({record['file']}): every object needs a `label` and a `box` of four numbers"
            )
    if not isinstance(record.get("areas"), dict | None) or not isinstance(record.get("indoors"), bool | None):
        raise SceneError(
            f"{where} ({record['file']}): `areas` is a mapping or null, `indoors` true, false or null"
        )


def evaluate_seeing(
    photos: Path | str,
    truth: Path | str,
    *,
    analyser: Analyser | None = None,
    name: str = "",
    replies: Path | None = None,
    report: Callable[[str], None] = lambda _line: None,
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
        What the analyser is called in the result; blank: as `offline` has it.
    replies : path, optional
        A folder of replies that a vision model wrote earlier, ``STEM.json`` for each photo, instead of an
        analyser. Photos without one are left out; a reply that cannot be used has seen nothing.
    report : callable
        Told a line for each photo.

    Returns
    -------
    dict
        As `imgext.evaluation.seeing.sighting.summarise`, schema ``imgext.seeing/1``; and ``left_out``, the
        photos without a reply.

    Raises
    ------
    MissingInputError, SceneError
        The truth or a photo is missing or cannot be read.
    """
    photos = Path(photos)
    records = read_truth(Path(truth))
    judged = kinds.vocabulary(thing["label"] for record in records for thing in record["objects"])
    if analyser is None:
        analyser, known = recorded(replies) if replies else offline()
        name = name or known
    answered = [
        record
        for record in records
        if replies is None or (replies / f"{Path(record['file']).stem}.json").is_file()
    ]
    if not answered:
        raise MissingInputError(
            f"{replies}: holds no reply to any of these photos; STEM.json is the reply to STEM.jpg"
        )
    sightings = []
    for record in answered:
        path = photos / record["file"]
        if not path.is_file():
            raise MissingInputError(f"{path}: no such photo, but the truth names it")
        digest = whereabouts.digest_of(path)
        indoors, notes = whereabouts.indoors(record, digest), []
        try:
            scene, decisions = analyser(path)
            notes = [decision.because for decision in decisions if decision.kind == "warning"]
        except SceneError as error:
            if replies is None:
                raise
            scene, indoors, notes = Scene.of({"schema": VERSION}), (None, indoors[1]), [str(error)]
        sightings.append(
            sight(
                record, scene, judged, indoors=indoors, trained=digest in whereabouts.looked_at(), notes=notes
            )
        )
        tally = sightings[-1].tally
        report(
            f"{record['file']}: right {', '.join(tally.right) or 'nothing'}; "
            f"wrong {', '.join(tally.wrong) or 'nothing'}; "
            f"missed {', '.join(tally.missed) or 'nothing'}"
        )
    return summarise(sightings, name, judged) | {
        "left_out": [record["file"] for record in records if record not in answered]
    }


def offline(detector: str | None = None) -> tuple[Analyser, str]:
    """The offline analyser as `imgext analyze` uses it, and what it is called.

    With a detector as for its option of that name.
    """
    from imgext.picture import analyze
    from imgext.picture.detect import open_detector

    eyes = open_detector(detector)
    return functools.partial(
        analyze, detector=detector
    ), f"offline, boxes by {eyes.name}" if eyes else "offline"


def recorded(replies: Path) -> tuple[Analyser, str]:
    """What a vision model wrote earlier, one file a photo.

    See `imgext.picture.vision.recorded`.
    """
    from imgext.picture.vision.recorded import analyze_recorded

    return functools.partial(analyze_recorded, replies=replies), f"replies in {replies}"


def text_of(figures: Mapping[str, Any]) -> str:
    """The figures for people."""

    def shown(key: str) -> str:
        return "nothing to measure" if figures[key] is None else f"{figures[key]:.3f}"

    counts = figures["counts"]
    lines = [
        f"analyser             {figures['analyser']}",
        f"photos               {figures['photos']}",
        (
            "labels               "
            f"precision {shown('precision')}, recall {shown('recall')}, F1 {shown('f1')} "
            f"({counts['right']} right, {counts['wrong']} wrong, {counts['missed']} missed)"
        ),
        f"without person       F1 {shown('f1_without_person')}; person alone {shown('f1_person')}",
        (
            f"pan error            {shown('pan_error_largest')} from the largest box of its kind, "
            f"{shown('pan_error_nearest')} from the nearest; "
            f"always 0 would be {shown('pan_error_of_zero')} ({counts['pans']} things)"
        ),
        (
            "importance           "
            f"rank agreement with box area {shown('importance_rank')} ({counts['pairs']} pairs)"
        ),
        (
            f"indoors or outdoors  {shown('indoor_accuracy')} right "
            f"of {figures['indoor_known']} photos on which the truth is known"
        ),
    ]
    if figures.get("left_out"):
        lines.append(f"left out             {len(figures['left_out'])} photos without a reply")
    if figures["trained_on"] and figures["analyser"].startswith("offline"):
        lines += [
            "",
            (
                f"The heads of the offline analyser were trained on {figures['trained_on']} "
                f"of these {figures['photos']} photos, so its figures here flatter it."
            ),
            f"Kept-out figures: {FOLDS}.",
        ]
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m imgext.evaluation.seeing",
        description="See photos and compare what was seen with a truth of boxes.",
    )
    parser.add_argument("photos", type=Path, metavar="PHOTOS", help="folder of photos")
    parser.add_argument(
        "truth", type=Path, metavar="TRUTH.json", help="list of {file, objects: [{label, box}]}"
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--detector",
        metavar="FILE",
        help="an ONNX file, ssdlite or off; blank: ssdlite where imgext[detector] is installed",
    )
    source.add_argument(
        "--replies",
        type=Path,
        metavar="FOLDER",
        help="replies of a vision model, STEM.json for each photo, instead of the offline analyser",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON object on stdout, with every photo's labels next to the truth",
    )
    parser.add_argument("--verbose", "-v", action="store_true", help="a line for each photo on stderr")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code.

    Errors are one line on stderr.
    """
    arguments = _parser().parse_args(words)

    def report(line: str) -> None:
        if arguments.verbose:
            print(line, file=sys.stderr)  # noqa: T201

    try:
        analyser, name = (None, "") if arguments.replies else offline(arguments.detector)
        figures = evaluate_seeing(
            arguments.photos,
            arguments.truth,
            analyser=analyser,
            name=name,
            replies=arguments.replies,
            report=report,
        )
    except ImgextError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    sys.stdout.write(
        json.dumps(figures, ensure_ascii=False, allow_nan=False) + "\n"
        if arguments.json
        else text_of(figures)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
