"""Look at what the offline analyser sees: python tools/seeing_page.py PHOTO [PHOTO ...] -o OUT [--heads FILE.npz].

Writes one picture for each photo, the photo with boxes beside everything that the scene and its log say, and
OUT/index.html with all of them. With the heads of a fold (`train_heads.py --folds`) a photo of the training
set is seen as if it were new.
"""

from __future__ import annotations

import argparse
import html
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from imgext.picture.offline import heads, weights
from imgext.picture.offline.evidence import look
from imgext.picture.offline.look import scene_of
from imgext.picture.photo import ENOUGH, open_photo

if TYPE_CHECKING:
    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene

COLOURS = (
    "#e6194b",
    "#3cb44b",
    "#4363d8",
    "#f58231",
    "#911eb4",
    "#008080",
    "#f032e6",
    "#9a6324",
    "#808000",
    "#000075",
)
ROOM = ("room_detected", "room_size", "damping", "wet_level", "width")
WIDE, LINE = 640, 96


def lines_of(scene: Scene, decisions: list[Decision]) -> list[tuple[str, str]]:
    """Everything that was said, as (colour, text)."""
    why = {decision.path: decision.because for decision in decisions if decision.kind == "answer"}
    out = [("black", f"context: {scene.context}")]
    number = 0
    for name, thing in scene.objects.items():
        at = f"objects.{name}"
        if thing.kind == "atmo":
            out.append(("#555555", f"bed {thing.label} ({thing.confidence}): {why[at + '.label']}"))
        else:
            text = f"{thing.label}: importance {thing.importance}, pan {thing.pan}, confidence {thing.confidence}; {why[at + '.importance']}"
            out.append((COLOURS[number % len(COLOURS)], text))
            number += 1
    out += [("#003366", f"{name} {getattr(scene, name)}: {why[name]}") for name in ROOM]
    out += [
        ("#884400", f"{decision.kind}: {decision.value}: {decision.because}")
        for decision in decisions
        if decision.kind != "answer"
    ]
    return out


def draw(photo: Path, scene: Scene, decisions: list[Decision]) -> Image.Image:
    """The photo with boxes, and the text beside it."""
    picture = open_photo(photo)
    picture = picture.resize((WIDE, round(picture.height * WIDE / picture.width)))
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(15)
    things = [thing for thing in scene.objects.values() if thing.kind != "atmo"]
    for number, thing in enumerate(things):
        if thing.box is not None:
            x, y, w, h = (value * side for value, side in zip(thing.box, picture.size * 2, strict=True))
            colour = COLOURS[number % len(COLOURS)]
            pen.rectangle((x, y, x + w, y + h), outline=colour, width=3)
            pen.text(
                (x + 4, y + 2 + 0.1 * number),
                f"{thing.label} {thing.importance}",
                fill=colour,
                font=font,
                stroke_width=2,
                stroke_fill="white",
            )
    written = [
        (colour, part)
        for colour, text in lines_of(scene, decisions)
        for part in textwrap.wrap(text, LINE, subsequent_indent="    ")
    ]
    page = Image.new("RGB", (WIDE + 760, max(picture.height, 18 * len(written) + 40)), "white")
    page.paste(picture)
    pen, small = ImageDraw.Draw(page), ImageFont.load_default(14)
    pen.text((WIDE + 12, 6), photo.name, fill="black", font=font)
    for row, (colour, text) in enumerate(written):
        pen.text((WIDE + 12, 30 + 18 * row), text, fill=colour, font=small)
    return page


def main() -> int:
    """See, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("photos", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--heads", type=Path, default=heads.PATH)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    numbers = heads.load(arguments.heads)
    body = []
    for photo in arguments.photos:
        picture = open_photo(photo, ENOUGH)
        scene, decisions = scene_of(look(picture, weights.load()), numbers, photo, picture.size)
        draw(photo, scene, decisions).save(arguments.output / f"{photo.stem}.png")
        body.append(
            f'<p><img src="{html.escape(photo.stem)}.png" alt="{html.escape(str(scene.context))}"></p>'
        )
        print(f"{photo.name}: {scene.context}")
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>What is seen</title>{"".join(body)}</html>\n'
    (arguments.output / "index.html").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
