"""Kills imgext and lets disks fail at every step of its writing; afterwards the next run must go well.

    python tools/crash.py --kills 200 --failures 200 --seed 1 [--only render,lock,...]

A kill is SIGKILL before or after the n-th open, write, fsync, replace, unlink, mkdir, rmdir or chmod inside
the folder of the case; a failure is an OSError there, once or from then on (no space, input or output error,
no permission). After each: files are the old ones or the new ones, none half-written, others' files are as
they were; the same command again ends with 0, nothing temporary is left, and the files are those of a run
that nobody disturbed. Verbs: render, find (a lock), write (answers into the scene), store (a content of the
cache), fmt, collect, credits, make. Further troubles: files that may not grow beyond a size, an output folder
that vanishes at the n-th step, and two runs into one folder at once.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = "schema: imgext.scene/1\n"
CALLS = ("open", "write", "fsync", "replace", "unlink", "mkdir", "rmdir", "chmod")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS)


class Disturbed:
    """Counts the calls that touch a folder, and does something at the n-th."""

    def __init__(self, folder: Path, at: int, act: Callable[[], None]) -> None:
        self.folder, self.at, self.act, self.count, self.acting = os.path.realpath(folder), at, act, 0, False

    def install(self) -> None:
        """Put itself between imgext and the system."""
        for name in CALLS:
            setattr(os, name, self.between(getattr(os, name), name))
        import io

        io.open = self.between(io.open, "open")

    def between(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        """A call that counts before and after."""

        def called(*words: Any, **options: Any) -> Any:
            if not self.concerns(name, words) or (name == "open" and not _writes(words, options)):
                return call(*words, **options)
            self.step()
            done = call(*words, **options)
            if self.act is kill:
                self.step()
            return done

        return called

    def concerns(self, name: str, words: tuple[Any, ...]) -> bool:
        """Whether a call touches the folder."""
        if name in {"write", "fsync"}:
            try:
                return str(Path(f"/proc/self/fd/{words[0]}").readlink()).startswith(self.folder)
            except OSError:
                return False
        try:
            return os.path.realpath(os.fspath(words[0])).startswith(self.folder)
        except TypeError:
            return False

    def step(self) -> None:
        """Count one step, but of what is done at a step."""
        if self.acting:
            return
        self.acting = True
        try:
            self._step()
        finally:
            self.acting = False

    def _step(self) -> None:
        self.count += 1
        if self.count == self.at or (self.count > self.at and self.act is not kill):
            self.act()


def _writes(words: tuple[Any, ...], options: dict[str, Any]) -> bool:
    how = words[1] if len(words) > 1 else options.get("mode", options.get("flags", "r"))
    return bool(how & (os.O_WRONLY | os.O_RDWR)) if isinstance(how, int) else not set("wax+").isdisjoint(how)


def kill() -> None:
    """Die at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def failing(number: int, *, once: bool) -> Callable[[], None]:
    """Fail as a disk does, once or for ever."""
    times = [0]

    def fail() -> None:
        times[0] += 1
        if not once or times[0] == 1:
            raise OSError(number, os.strerror(number))

    return fail


def make(folder: Path) -> None:
    """A folder with a scene that was rendered and changed since, its lock, and a file of somebody else."""
    noise = np.random.Generator(np.random.PCG64(1)).uniform(-0.3, 0.3, 4000)
    (folder / "library").mkdir(parents=True)
    soundfile.write(folder / "library" / "dog.wav", noise, 8000)
    (folder / "library" / "index.csv").write_text("file,label,licence,author\ndog.wav,dog,cc0,me\n")
    shutil.copy(folder / "library" / "dog.wav", folder / "a.wav")
    (folder / "scene.yaml").write_text(
        HEAD
        + "sample_rate: 8000\nunmask: {mode: off}\nobjects: {a: {label: a, importance: 0.2}, d: {label: dog}}\ntracks:\n    a: {sound: a.wav}\n"
    )
    picture = np.random.Generator(np.random.PCG64(2)).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(picture).save(folder / "photo.png")
    (folder / "mine.txt").write_text("mine")
    (folder / "out").mkdir()
    (folder / "out" / "mine.txt").write_text("mine")


def commands(folder: Path) -> dict[str, list[str]]:
    """What is disturbed, by verb."""
    scene, library = str(folder / "scene.yaml"), ["--library", str(folder / "library"), "--offline"]
    return {
        "render": ["render", scene, "-o", str(folder / "out"), "-q", "--no-pictures", "--stems", *library],
        "find": ["find", scene, "-q", *library],
        "write": ["find", scene, "-w", "-q", *library],
        "make": [
            "make",
            str(folder / "photo.png"),
            "-o",
            str(folder / "out"),
            "-q",
            "--no-pictures",
            "--duration",
            "1",
            *library,
        ],
        "fmt": ["fmt", scene, "-q"],
        "collect": ["collect", scene, "-q", *library],
        "credits": ["credits", scene, "-o", str(folder / "credits.txt"), "-f"],
        "store": ["store"],
    }


def run(words: list[str]) -> int:
    """Run a command in this process."""
    if words == ["store"]:
        from imgext.errors import CannotWriteError
        from imgext.store.contents import keep

        try:
            keep("a key", lambda: b"content" * 1000)
        except CannotWriteError:
            return 73
        return 0
    from imgext.cli.app import run as command

    sys.argv = ["imgext", *words]
    return command()


def vanish(folder: Path) -> None:
    """Delete the output folder and the cache."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    shutil.rmtree(folder / "cache", ignore_errors=True)


def two(words: list[str], folder: Path) -> int:
    """Run a command twice at once; the worse exit code."""
    started = [begin(words, folder, None) for _ in range(2)]
    return max(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in started)


def child(words: list[str], folder: Path, disturbed: Disturbed | None, most: int | None = None) -> int:
    """Run a command in a process of its own; its exit code, negative for a signal. The steps are in `steps`."""
    return os.waitstatus_to_exitcode(os.waitpid(begin(words, folder, disturbed, most), 0)[1])


def begin(words: list[str], folder: Path, disturbed: Disturbed | None, most: int | None = None) -> int:
    """Start a command in a process of its own, whose files have at most so many bytes; its process id."""
    os.environ["IMGEXT_CACHE"] = str(folder / "cache")
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        code = 99
        try:
            nobody = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nobody, 1)
            said = os.open(folder.parent / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said if most is None else nobody, 2)
            if disturbed is not None:
                disturbed.install()
            if most is not None:
                import resource

                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            code = run(words)
            if disturbed is not None:
                (folder.parent / "steps").write_text(str(disturbed.count))
        finally:
            sys.stderr.flush()
            os._exit(code)
    return process


def files(folder: Path) -> dict[str, str]:
    """sha256 of every file but those of the cache that only say where things are."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "cache" not in path.relative_to(folder).parts[:1]
    }


def left(folder: Path) -> list[str]:
    """Temporary files and folders."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.name.startswith(".") or path.suffix == ".tmp"
    ]


def one(place: Path, verb: str, chance: random.Random, kinds: str, prepared: Path) -> str:
    """One case; what is wrong, or nothing."""
    shutil.rmtree(place, ignore_errors=True)
    folder = place / "case"
    shutil.copytree(prepared / verb / "before", folder)
    words = commands(folder)[verb]
    before, after = files(folder), FINAL[verb]
    steps = STEPS[verb] * (2 if kinds == "kill" else 1)
    at = chance.randint(1, max(1, steps))
    number, once = chance.choice(ERRORS), chance.random() < 0.5
    act = {"kill": kill, "vanish": lambda: vanish(folder)}.get(kinds, failing(number, once=once))
    how = {"kill": "killed", "fail": errno.errorcode[number] + (" once" if once else "")}.get(kinds, kinds)
    told = f"{verb}, step {at} of {steps}, {how}"
    if kinds == "two":
        code = two(words, folder)
    elif kinds == "limit":
        most = chance.choice([0, 100, 2000, 5000, 20000, 60000])
        told = f"{verb}, files of {most} bytes at most"
        code = child(words, folder, None, most)
    else:
        code = child(words, folder, Disturbed(folder, at, act))
    said = (place / "said").read_text(errors="replace")
    if kinds != "kill" and (code not in {0, 66, 73, 74} or "internal error" in said or "Traceback" in said):
        return f"{told}: exit {code}: {said[-400:]!r}"
    if kinds == "fail" and code and left(folder) and "next run" not in said and once:
        return f"{told}: left after it was told: {left(folder)}"
    now = files(folder)
    for name, digest in now.items():
        # the list of outputs is the journal while files are put in place, and `make` lists the scene before the
        # mix: the next run reads it and goes on
        if "/.imgext-" in f"/{name}" or (name == "out/render.json" and (left(folder) or verb == "make")):
            continue
        if digest not in {before.get(name), after.get(name), AGAIN[verb].get(name)}:
            return f"{told}: {name} is neither old nor new"
    if any(
        now.get(name) != before[name]
        for name in ("mine.txt", "out/mine.txt", "a.wav", "library/dog.wav", "photo.png")
        if kinds != "vanish" or name != "out/mine.txt"
    ):
        return f"{told}: a file of others was touched"
    code = child(words, folder, None)
    if code != 0:
        return (
            f"{told}: the next run ends with {code}: {(place / 'said').read_text(errors='replace')[-400:]!r}"
        )
    if left(folder):
        return f"{told}: left after the next run: {left(folder)}"
    now = files(folder)
    if kinds == "vanish":
        now["out/mine.txt"] = after["out/mine.txt"]
    names = {*now, *after}
    names = sorted(name for name in names if now.get(name) not in {after.get(name), AGAIN[verb].get(name)})
    if names:
        return f"{told}: other files than those of a run that nobody disturbed: {names}"
    return ""


STEPS: dict[str, int] = {}
FINAL: dict[str, dict[str, str]] = {}
#: After a second run, which may find a lock of the first.
AGAIN: dict[str, dict[str, str]] = {}


def prepare(place: Path, verbs: list[str]) -> None:
    """For each verb a folder as it is before, what it is after, and how many steps that takes."""
    for verb in verbs:
        before = place / verb / "before"
        make(before)
        if verb in {"render", "collect", "credits", "write"}:
            assert child(commands(before)["find"], before, None) == 0
        if verb == "render":
            assert child(commands(before)["render"], before, None) == 0
            scene = before / "scene.yaml"
            scene.write_text(scene.read_text().replace("0.2", "0.8"))
        folder = place / verb / "case"
        shutil.copytree(before, folder)
        code = child(commands(folder)[verb], folder, Disturbed(folder, 10**9, kill))
        assert code == 0, (verb, code, (place / verb / "said").read_text())
        STEPS[verb] = int((place / verb / "steps").read_text()) // 2
        FINAL[verb] = files(folder)
        assert child(commands(folder)[verb], folder, None) == 0
        AGAIN[verb] = files(folder)
        shutil.rmtree(folder)


def main() -> int:
    """Run the campaign; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--failures", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--others", type=int, default=60, help="vanishing folders, limits of size, two runs")
    asked.add_argument("--only", default="render,find,write,fmt,collect,credits,store,make")
    wanted = asked.parse_args()
    verbs = wanted.only.split(",")
    import imgext.cli.app  # once, before the forks
    import imgext.pipeline.render  # noqa: F401

    bad, began = 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="imgext-crash-") as name:
        prepare(Path(name) / "prepared", verbs)
        print(f"crash: seed {wanted.seed}, steps {STEPS}", flush=True)
        others = [("vanish", wanted.others // 3), ("limit", wanted.others // 3), ("two", wanted.others // 3)]
        for kinds, count in (("kill", wanted.kills), ("fail", wanted.failures), *others):
            for number in range(count):
                chance = random.Random(f"{wanted.seed} {kinds} {number}")
                verb = (
                    chance.choices(verbs, [STEPS[each] for each in verbs])[0]
                    if number % 2
                    else chance.choices(verbs, [0.15 if each == "make" else 1 for each in verbs])[
                        0
                    ]  # it takes long
                )
                if kinds == "vanish":
                    verb = chance.choice([each for each in verbs if each in {"render", "store"}] or verbs)
                why = one(Path(name) / "run", verb, chance, kinds, Path(name) / "prepared")
                if why:
                    bad += 1
                    print(f"{kinds} {number}: {why}", flush=True)
                if number % 50 == 49:
                    print(f"{kinds}: {number + 1} of {count}, {bad} bad", flush=True)
    print(
        f"crash: {wanted.kills} kills, {wanted.failures} failures and {len(others) * others[0][1]} others in {time.monotonic() - began:.0f} s, {bad} bad"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
