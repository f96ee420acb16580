"""Gives imgext damaged and odd inputs of every kind; each must end in success or in a fault with its place.

    python tools/fuzz.py --cases 2000 --seed 1 [--only scene,lock,...] [--keep FOLDER]

A case is made from its seed alone: `--seed N --cases 1 --only KIND` makes it again. What must not happen is
an internal error, a traceback, a raw control character in what people read, or a case of more than `SLOW`
seconds; inputs that do it are put into FOLDER. Kind `agree` compares what `check` says of a generated scene
with what `render` does.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import typer.main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SLOW = 20
HEAD = "schema: imgext.scene/1\n"
#: What mutations put in: limits, forms and signs that programs stumble over.
ODD = [
    "", "null", "~", "true", "0", "-0", "-1", "1e308", "1e-308", ".nan", ".inf", "-.inf", "0x10", "1_000", "9" * 400,
    "[]", "{}", "[[[[[[[[]]]]]]]]", "{a: {a: {a: 1}}}", "'", '"', "|", ">", "&a", "*a", "!!python/object:os.system", "%TAG",
    "\t", "\r", "\x00", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\U0001f600", "é" * 50, '"\\ud800"', '"\\UFFFFFFFF"',
    '"\\x00"', "~nosuchuser/x.wav", "../../etc/passwd", "/dev/zero", "file:///etc/passwd", "C:\\x", "a" * 5000, "2024-01-01", "0o17",
    "-", "?", ":", "#", "---", "...", "<<: 1", "=", "48000", "2147483648", "1e400", "builtin:dog", "builtin:", "library:x", "freesound:1",
]  # fmt: skip


class Case:
    """One case: a folder of its own, a source of chance, and what was found wrong."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)

    def write(self, name: str, content: str | bytes) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        return path

    def mutated(self, text: str) -> bytes:
        """A text with one to four changes."""
        chance, data = self.chance, text.encode("utf-8", "surrogatepass")
        for _ in range(chance.randint(1, 4)):
            lines = data.split(b"\n")
            at, line = chance.randrange(len(data) + 1), chance.randrange(len(lines))
            odd = chance.choice(ODD).encode("utf-8", "surrogatepass")
            match chance.randrange(10):
                case 0:
                    data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
                case 1:
                    data = data[:at] + odd + data[at:]
                case 2:
                    data = data[:at] + data[at + chance.randrange(1, 30) :]
                case 3:
                    del lines[line]
                    data = b"\n".join(lines)
                case 4:
                    lines.insert(line, lines[chance.randrange(len(lines))])
                    data = b"\n".join(lines)
                case 5:
                    lines[line] = b"  " * chance.randrange(3) + lines[line].lstrip()
                    data = b"\n".join(lines)
                case 6 | 7 | 8:
                    lines[line] = re.sub(
                        rb"(:\s*)[^,}]*", lambda found, odd=odd: found[1] + odd, lines[line], count=1
                    )
                    data = b"\n".join(lines)
                case _:
                    data = data[:at] + data[at : at + 40] * chance.randrange(1, 60) + data[at:]
        return data


def call(words: list[str], encoding: str = "utf-8", *, closed: bool = False) -> tuple[int, str]:
    """Run a command in this process; its exit code and all that it printed for people."""
    from imgext.cli.app import run

    streams = [
        io.TextIOWrapper(_Closed() if closed else io.BytesIO(), encoding=encoding, write_through=True)
        for _ in range(2)
    ]
    before = sys.argv, sys.stdout, sys.stderr
    sys.argv, sys.stdout, sys.stderr = ["imgext", *words], *streams
    try:
        code = run()
    finally:
        sys.argv, sys.stdout, sys.stderr = before
    if closed:
        return code, ""
    said = b"\n".join(stream.buffer.getvalue() for stream in streams)
    return code, said.decode(encoding)


class _Closed(io.RawIOBase):
    """A pipe whose reader went away."""

    def writable(self) -> bool:
        return True

    def write(self, _data: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")

    def fileno(self) -> int:
        raise OSError("no descriptor")


def judged(code: int, said: str, words: list[str]) -> None:
    """Raise AssertionError for what must not happen."""
    told = f"{' '.join(words)}: exit {code}: {said[:600]!r}"
    assert code in {0, 1, 2, 65, 66, 69, 73, 74, 78}, told
    assert "internal error" not in said, told
    assert "Traceback" not in said, told
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", said), told
    if code and "fmt" not in words:
        assert said.strip(), told


def run(case: Case, *commands: list[str]) -> None:
    """Run commands in one of the terminals, and judge each."""
    encoding = case.chance.choice(["utf-8", "utf-8", "latin-1", "ascii"])
    for words in commands:
        judged(*call(words, encoding), words)


def scenes() -> list[str]:
    """The texts that are mutated."""
    return [
        path.read_text("utf-8")
        for path in sorted((ROOT / "scenes").glob("*.yaml"))
        if ".lock." not in path.name
    ]


def parts(chance: random.Random) -> str:
    """A small scene: some lines and blocks of the example scenes, put together anew."""
    text = [HEAD.rstrip()]
    for name in chance.sample(sorted(BLOCKS), chance.randint(2, 4)):
        block = chance.choice(BLOCKS[name])
        text.append(block[0])
        entries = chance.sample(block[1:], min(len(block) - 1, chance.randint(1, 3)))
        text += [line for entry in block[1:] if entry in entries for line in entry.split("\n")]
    return "\n".join(text) + "\n"


def blocks(scenes: list[str]) -> dict[str, list[list[str]]]:
    """What the top-level keys of scenes hold: for each key its line and its entries, as they were written."""
    found: dict[str, list[list[str]]] = {}
    for text in scenes:
        for block in re.split(r"^(?=[a-z_]+:)", text, flags=re.MULTILINE)[1:]:
            head, *rest = block.rstrip().split("\n")
            name, entries = head.partition(":")[0], re.split(r"\n(?=  \S)", "\n".join(rest)) if rest else []
            if name != "schema":
                found.setdefault(name, []).append([head, *entries])
    return found


def looked_at(path: str) -> bool:
    """What `check` finds, without a command line around it; whether it is well."""
    from imgext.pipeline.check import check

    faults = check(path)
    for fault in faults:
        judged(65, str(fault), ["check"])
    return not faults


def scene(case: Case) -> None:
    """A damaged scene is checked, formatted, explained, and now and then resolved."""
    whole = case.chance.random() < 0.1
    text = case.mutated(case.chance.choice(SCENES) if whole else parts(case.chance))
    path = str(case.write("s.yaml", text))
    well = looked_at(path)
    if whole:
        run(case, ["check", path], ["fmt", path, "--check"], ["check", path, "--json"])
    elif well or case.chance.random() < 0.1:
        run(case, ["check", path], ["fmt", path])
    if case.chance.random() < 0.01:
        run(case, ["resolve", path, "--offline", "-q"], ["fmt", path, "-q"], ["explain", path, "--offline"])


def lock(case: Case) -> None:
    """A damaged lock next to a scene that is right."""
    case.write("s.yaml", SMALL)
    shutil.copy(SOUND, case.folder / "a.wav")
    case.write("s.lock.yaml", case.mutated(LOCK))
    path = str(case.folder / "s.yaml")
    if looked_at(path) or case.chance.random() < 0.1:
        run(case, ["check", path], ["credits", path])
    if case.chance.random() < 0.03:
        run(case, ["collect", path, "--dry-run", "--offline"], ["find", path, "--offline", "-q"])


def manifest(case: Case) -> None:
    """A damaged list of outputs; a file next to the folder stays."""
    from imgext.errors import CannotWriteError
    from imgext.store.outputs import Outputs, is_render_output

    out = case.folder / "out"
    precious = case.write("precious.wav", "p")
    names = [
        "../precious.wav",
        str(precious),
        "mix.wav",
        "stems/a.wav",
        "./../precious.wav",
        "link/precious.wav",
        "a/../../precious.wav",
    ]
    digest = "148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940"  # of "p"
    out.mkdir()
    (out / "link").symlink_to(case.folder)
    chosen = dict.fromkeys(case.chance.sample(names, case.chance.randint(1, len(names))), digest)
    text = json.dumps(
        {"schema": "imgext.render/1", "mix": case.chance.choice(names), "files": chosen}, indent=1
    )
    case.write("out/render.json", text if case.chance.random() < 0.3 else case.mutated(text))
    with contextlib.suppress(CannotWriteError), Outputs(out) as outputs:
        outputs.text("mix.wav", "1")
        outputs.retire(is_render_output)
    assert precious.read_text() == "p", "a file outside was changed"
    assert not [path for path in out.iterdir() if path.name.startswith(".")], "something is left"


def settings(case: Case) -> None:
    """A damaged configuration file."""
    from imgext.errors import ConfigError
    from imgext.pipeline.config import libraries_setting

    case.write("imgext.toml", case.mutated('libraries = ["sounds", "~/more", "/abs"]\n'))
    with contextlib.suppress(ConfigError):
        libraries_setting({}, case.folder)


def index(case: Case) -> None:
    """A sound folder with a damaged index and a damaged file of descriptions."""
    shutil.copy(SOUND, case.folder / "a.wav")
    case.write(
        "index.csv", case.mutated('file,label,tags,licence,author,url\na.wav,dog,"x;y",cc0,me,https://x\n')
    )
    record = {
        "name": "dog bark",
        "tags": ["dog"],
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "username": "me",
        "avg_rating": 4.5,
        "num_ratings": 9,
    }
    case.write("a.json", case.mutated(json.dumps(record)))
    run(
        case,
        ["sounds", "index", str(case.folder)],
        ["sounds", "search", "dog", "-l", str(case.folder), "--offline"],
    )


def environment(case: Case) -> None:
    """Odd values of the variables that imgext reads."""
    from imgext.store.environment import ENVIRONMENT

    path = str(case.write("s.yaml", SMALL))
    shutil.copy(SOUND, case.folder / "a.wav")
    names = [name for name in ENVIRONMENT if name not in {"IMGEXT_DEBUG", "IMGEXT_CACHE"}]
    chosen = {name: case.chance.choice(ODD).replace("\x00", "") for name in case.chance.sample(names, 3)}
    if case.chance.random() < 0.2:
        chosen["IMGEXT_CACHE"] = case.chance.choice(
            [str(case.folder / "s.yaml"), "/dev/null", "/proc/x", "\x1b[2J"]
        )
    before = dict(os.environ)
    os.chdir(case.folder)
    try:
        os.environ.update({name: value.encode("utf-8", "replace").decode() for name, value in chosen.items()})
        run(case, case.chance.choice([["check", path], ["sounds", "search", "dog", "--offline"]]))
        if case.chance.random() < 0.05:
            run(case, ["find", path, "--offline", "-q"])
    finally:
        os.chdir(ROOT)
        os.environ.clear()
        os.environ.update(before)


def terminal(case: Case) -> None:
    """Labels that no terminal likes, and pipes that are closed."""
    label = json.dumps(
        "".join(case.chance.choice([*ODD[29:41], "x", "日本", " "]) for _ in range(4)).replace("\ufeff", "")
    )
    path = str(
        case.write(
            "s.yaml",
            HEAD + f"title: {label}\nobjects: {{a: {{label: {label}}}}}\ntracks:\n  a: {{sound: a.wav}}\n",
        )
    )
    shutil.copy(SOUND, case.folder / "a.wav")
    run(case, ["check", path])
    if case.chance.random() < 0.3:
        run(case, ["explain", path, "objects.a", "--offline"])
    if case.chance.random() < 0.1:
        run(case, ["render", path, "-o", str(case.folder / "out"), "--no-pictures", "--offline", "-v"])
        log = case.folder / "out" / "decisions.jsonl"
        if log.exists():
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", log.read_text("utf-8")), (
                "the log has control characters"
            )
    for words in (["check", path], case.chance.choice([["check", path, "--json"], ["sounds", "list"]])):
        code, _ = call(words, closed=True)
        assert code in {0, 65, 66, 74}, f"{words}: exit {code} with a closed pipe"


def agree(case: Case) -> None:
    """What `check` calls fine renders, and what `render` refuses `check` refuses, but for what only listening tells."""
    for sound in (SOUND, LONG, STILL):
        os.link(sound, case.folder / sound.name)
    path = str(case.write("s.yaml", generated(case.chance)))
    code, said = call(["check", path])
    judged(code, said, ["check"])
    container = case.chance.choice(["out", "out", "out/mix.flac"])
    done, told = call(
        ["render", path, "-o", str(case.folder / container), "--no-pictures", "--offline", "-q"]
    )
    judged(done, told, ["render"])
    if (code == 0) != (done == 0) and "nothing is heard: " not in told:
        raise AssertionError(f"check: {code} {said!r}, render: {done} {told!r}\n{Path(path).read_text()}")
    if done == 0:
        again, why = call(["check", str(case.folder / "out" / "scene.resolved.yaml"), "--allow-outside"])
        lost = (
            "there is no such file" in why
        )  # the resolved scene lies elsewhere; its lock knows the contents
        assert again == 0 or lost, f"check of the resolved scene: {again} {why!r}\n{Path(path).read_text()}"


def generated(chance: random.Random) -> str:
    """A scene of one to four tracks with values at and around their limits."""
    times = [0, 0.0004, 0.001, 0.4999, 0.5, 0.6, 1, 1.999, 2, 2.0004, 2.5, 10, 3599.999, 3600]
    lines = [HEAD + "sample_rate: 8000\nunmask: {mode: off}"]
    if chance.random() < 0.5:
        lines.append(f"duration: {chance.choice([0.001, 0.01, 0.5, 1, 2, 2.0001, 2.5, 10, 60])}")
    keys = ["a", "b", "c", "d"][: chance.randint(1, 4)]
    lines += [
        "objects:",
        *(f"  {key}: {{label: {chance.choice(['dog', 'bell', 'xyzzy'])}}}" for key in keys),
        "tracks:",
    ]
    for key in keys:
        fields = [
            f"sound: {chance.choice(['a.wav', 'a.wav', 'long.wav', 'long.wav', 'still.wav', 'builtin:dog', 'builtin:dog', 'builtin:none', 'no.wav'])}"
        ]
        for name, values in (("start", times), ("offset", times), ("duration", times[1:])):
            if chance.random() < 0.4:
                fields.append(f"{name}: {chance.choice(values[:-2] if chance.random() < 0.95 else values)}")
        if chance.random() < 0.2:
            fields.append(f"every: [{chance.choice([0.5, 1, 3])}, {chance.choice([3, 5])}]")
        fields += [f"{flag}: true" for flag in ("loop", "mute") if chance.random() < 0.2]
        if chance.random() < 0.2:
            fields.append(f"fade_in: {chance.choice(times[:8])}")
        lines.append(f"  {key}: {{{', '.join(fields)}}}")
    return "\n".join(lines) + "\n"


KINDS: dict[str, tuple[Callable[[Case], None], int]] = {
    "scene": (scene, 50), "lock": (lock, 16), "manifest": (manifest, 12), "settings": (settings, 12), "index": (index, 2),
    "environment": (environment, 4), "terminal": (terminal, 2), "agree": (agree, 2),
}  # fmt: skip
"""Every kind with its share of the cases, in percent."""
SMALL = HEAD + "objects: {a: {label: a}}\ntracks:\n  a: {sound: a.wav, duration: 0.2}\n"
SCENES: list[str] = []
BLOCKS: dict[str, list[list[str]]] = {}
LOCK = ""
SOUND = LONG = STILL = Path()


def prepare(folder: Path) -> None:
    """Write the sounds and texts that cases share."""
    global LOCK, SOUND, LONG, STILL  # noqa: PLW0603  # one process, one set
    noise = np.random.Generator(np.random.PCG64(1)).uniform(-0.3, 0.3, 4000)
    SOUND, LONG, STILL = folder / "a.wav", folder / "long.wav", folder / "still.wav"
    for path, samples in ((SOUND, noise), (LONG, np.tile(noise, 5)), (STILL, np.zeros(4000))):
        soundfile.write(path, samples, 8000)
    SCENES.extend(scenes())
    BLOCKS.update(blocks(SCENES))
    # Commands are built once, not for each case.
    typer.main.get_command = lru_cache(maxsize=None)(typer.main.get_command)
    from imgext.store.files import sha256_of

    LOCK = (
        "schema: imgext.lock/1\nsounds:\n  a:\n    sound: a.wav\n"
        f"    sha256: {sha256_of(SOUND)}\n    file: sounds/a.wav\n    source: file\n    licence: cc0\n    author: me\n"
    )


def main() -> int:
    """Run the campaign; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default=",".join(KINDS))
    asked.add_argument("--keep", type=Path, default=None, help="put failing inputs here")
    wanted = asked.parse_args()
    kinds = wanted.only.split(",")
    shares = [KINDS[kind][1] for kind in kinds]
    failed: dict[str, int] = {}
    tried: dict[str, int] = {}
    print(f"fuzz: seeds {wanted.seed} to {wanted.seed + wanted.cases - 1}, kinds {wanted.only}", flush=True)
    signal.signal(signal.SIGALRM, _too_slow)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="imgext-fuzz-") as name:
        os.environ["IMGEXT_CACHE"], os.environ["IMGEXT_OFFLINE"] = str(Path(name) / "cache"), "1"
        os.environ["IMGEXT_DETECTOR"] = "off"
        (Path(name) / "shared").mkdir()
        prepare(Path(name) / "shared")
        for seed in range(wanted.seed, wanted.seed + wanted.cases):
            kind = random.Random(seed).choices(kinds, shares)[0]
            folder = Path(name) / "case"
            folder.mkdir()
            signal.alarm(SLOW)
            try:
                KINDS[kind][0](Case(folder, seed))
            except BaseException as error:  # whatever it is, it is told
                if isinstance(error, KeyboardInterrupt):
                    raise
                failed[kind] = failed.get(kind, 0) + 1
                last = traceback.extract_tb(error.__traceback__)[-1]
                print(
                    f"seed {seed}, {kind}: {type(error).__name__}: {str(error)[:900]} ({Path(last.filename).name}:{last.lineno})",
                    flush=True,
                )
                if wanted.keep is not None:
                    shutil.copytree(folder, wanted.keep / f"{kind}-{seed}", symlinks=True, dirs_exist_ok=True)
            finally:
                signal.alarm(0)
                shutil.rmtree(folder, ignore_errors=True)
            tried[kind] = tried.get(kind, 0) + 1
            if (seed - wanted.seed) % 1000 == 999:
                print(f"fuzz: {seed - wanted.seed + 1} cases, {sum(failed.values())} failed", flush=True)
    print(
        f"fuzz: {wanted.cases} cases in {time.monotonic() - began:.0f} s, {sum(failed.values())} failed {failed or ''}"
        f" of {tried}"
    )
    return 1 if failed else 0


def _too_slow(_number: int, _frame: object) -> None:
    raise TimeoutError(f"more than {SLOW} s")


if __name__ == "__main__":
    sys.exit(main())
