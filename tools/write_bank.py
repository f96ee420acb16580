"""Write docs/bank.md, the table of built-in sounds; draw each next to a recording of its kind.

Usage: python tools/write_bank.py [--figures FILE] [--pictures RECORDINGS FOLDER]

The table comes from the bank itself and from tools/bank_figures.csv, how many of the figures of a sound lie
where those of recordings do. `--figures` brings that file up to date from what tools/judge_bank.py wrote with
`--json`. `--pictures` draws FOLDER/index.html: each sound that has a class of recordings, its spectrogram next
to one of theirs. RECORDINGS is a folder with one folder of clips for each class; nothing of it is kept here.
"""

from __future__ import annotations

import argparse
import csv
import html
import json
from pathlib import Path

from imgext.sounds.bank import BANK, FAMILIES, BankSound

ROOT = Path(__file__).resolve().parents[1]
PAGE, FIGURES = ROOT / "docs" / "bank.md", ROOT / "tools" / "bank_figures.csv"
COUNT = 19  #: figures that tools/bank_figures.py takes of a sound

HEAD = """# Built-in sounds

{count} sounds are computed when they are needed: no download, no licence, any length, any number of
individuals. `sound: builtin:dog` in a scene names one; `builtin:dog?size=0.3&number=2` shapes it. What is not
asked for is drawn by the seed of the track, so two dogs are two dogs, and a re-render changes nothing. Hear one
with `imgext sounds play dog`, keep it with `imgext sounds render dog`, look at it with `imgext sounds show dog`
([commands](commands.md#sounds)).

A *bed* goes on: it has any length, closes on itself and repeats nothing. An *event* happens: its length in
seconds and how often it happens where it belongs are in the table.

*Like recordings* says how natural a sound was measured to be, where recordings of its kind were at hand: of
{figures} figures (modulation in octave bands, roughness, periodicity, tilt, flatness, range, attack, onsets), how
many lie between the 10th and the 90th percentile of the recordings. It is no listening test.

`python tools/judge_bank.py RECORDINGS --json FILE` measures, `python tools/write_bank.py --figures FILE` writes
this page, and `--pictures RECORDINGS FOLDER` draws each sound's spectrogram next to that of a recording of the
same kind. Pictures of recordings are not part of imgext, so you draw them from recordings of your own.
"""


def figures() -> dict[str, tuple[int, int]]:
    """How many figures of each sound lie within the range of recordings, and of how many."""
    if not FIGURES.exists():
        return {}
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return {row["sound"]: (int(row["within"]), int(row["of"])) for row in csv.DictReader(file)}


def take_figures(measured: Path) -> None:
    """Keep what tools/judge_bank.py measured."""
    known = figures()
    for name, row in json.loads(measured.read_text(encoding="utf-8")).items():
        if name in BANK and "outside" in row:
            known[name] = (row["of"] - len(row["outside"]), row["of"])
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["sound", "within", "of"])
        lines.writerows([name, *known[name]] for name in sorted(known))


def row_of(sound: BankSound, known: dict[str, tuple[int, int]]) -> str:
    """One line of the table."""
    low, high = sound.lasts
    lasts = "bed" if sound.kind == "bed" else f"{low:g}-{high:g}"
    every = "" if sound.kind == "bed" else f"{sound.every[0]:g}-{sound.every[1]:g}"
    shaped = ", ".join(f"`{each.name}` {each.allowed}" for each in sound.parameters)
    within = "{}/{}".format(*known[sound.name]) if sound.name in known else ""
    return f"| `{sound.name}` | {sound.description} | {lasts} | {every} | {shaped} | {within} |"


def page() -> str:
    """The page as it should stand."""
    known = figures()
    text = HEAD.format(count=len(BANK), figures=COUNT)
    for family in FAMILIES:
        first = (family.__doc__ or "").split("\n", maxsplit=1)[0].rstrip(".")
        text += f"\n## {first.split(':', maxsplit=1)[0]}\n\n"
        text += "| name | what is heard | seconds | every, s | parameters | like recordings |\n"
        text += "|---|---|---|---|---|---|\n"
        text += "".join(f"{row_of(sound, known)}\n" for sound in family.ROWS)
    return text


def draw(recordings: Path, folder: Path) -> None:
    """Draw every sound that has recordings of its kind next to the first of them."""
    from judge_bank import CLASSES

    from imgext.dsp.sound_file import open_samples
    from imgext.report.recording.spectrum import draw_sound
    from imgext.sounds.bank import RATE, generate

    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, kind in sorted(CLASSES.items()):
        clips = sorted(
            path for path in (recordings / kind).glob("*") if path.suffix in {".ogg", ".wav", ".flac"}
        )
        if not clips or name not in BANK:
            continue
        made = generate(name)[: 6 * RATE]
        draw_sound(folder / f"{name}.png", BANK[name].title, f"{len(made) / RATE:.2f} s", made, RATE)
        real = open_samples(clips[0], RATE)
        heard = real.read(0, min(real.frames, 6 * RATE))
        draw_sound(
            folder / f"{name}.real.png", f"recording: {kind}", f"{len(heard) / RATE:.2f} s", heard, RATE
        )
        rows.append(
            f'<tr><td><img src="{html.escape(name)}.png"></td><td><img src="{html.escape(name)}.real.png"></td></tr>'
        )
    body = "\n".join(rows)
    (folder / "index.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Built-in sounds</title><table>\n{body}\n</table>\n",
        encoding="utf-8",
    )


def main() -> None:
    """Do what is asked for, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--figures", type=Path, metavar="FILE")
    parser.add_argument("--pictures", type=Path, nargs=2, metavar=("RECORDINGS", "FOLDER"))
    options = parser.parse_args()
    if options.figures:
        take_figures(options.figures)
    if options.pictures:
        draw(*options.pictures)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
