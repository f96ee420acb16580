"""Renders small scenes many times with everything that may reach a sample made unruly, and compares every file.

Every sound is spooled to a temporary file, many workers rehearse at once, reads of temporary files are held
up at random moments, and the interpreter changes threads as often as it can. The first render of a scene has
none of this: one worker, sounds in memory. Whatever differs from it is a fault.

    python tools/stress.py --scenes 20 --renders 50 --seed 1

It ends with 1 where a file differed. It runs on older releases too, to show what they do.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import numpy as np
import soundfile

RATE = 16000
SECONDS = 24
#: Share of reads that are held up, and for how long at most.
HELD, LONGEST = 0.5, 0.0004


class Unruly:
    """Holds up reads of temporary files while it is entered."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.before = (tempfile.TemporaryFile, getattr(os, "pread", None), sys.getswitchinterval())

    def __enter__(self) -> None:
        temporary, pread, _ = self.before

        def held_up(*words: object, **options: object) -> object:
            return _Held(temporary(*words, **options), self)

        tempfile.TemporaryFile = held_up
        if pread is not None:

            def slow(*words: object) -> bytes:
                self.wait()
                data = pread(*words)
                self.wait()
                return data

            os.pread = slow
        sys.setswitchinterval(1e-5)

    def wait(self) -> None:
        """Dawdle, or not."""
        if self.random.random() < HELD:
            time.sleep(self.random.random() * LONGEST)

    def __exit__(self, *_: object) -> None:
        tempfile.TemporaryFile = self.before[0]
        if self.before[1] is not None:
            os.pread = self.before[1]
        sys.setswitchinterval(self.before[2])


class _Held:
    """A file whose reading dawdles."""

    def __init__(self, stream: object, unruly: Unruly) -> None:
        self.stream, self.unruly = stream, unruly

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)

    def seek(self, *words: object) -> object:
        done = self.stream.seek(*words)
        self.unruly.wait()
        return done

    def read(self, *words: object) -> object:
        data = self.stream.read(*words)
        self.unruly.wait()
        return data


def write_scene(folder: Path, seed: int) -> Path:
    """A scene whose tracks play parts of one recording at once, so that they are cut and rehearsed."""
    chance = np.random.Generator(np.random.PCG64(seed))
    sound = np.zeros((RATE * SECONDS, 2))
    for second in range(SECONDS):
        here = slice(second * RATE, (second + 1) * RATE)
        noise = chance.standard_normal(RATE)
        spectrum = np.fft.rfft(noise)
        spectrum *= np.exp(-(((np.arange(len(spectrum)) - chance.uniform(200, 3000)) / 900.0) ** 2))
        noise = np.fft.irfft(spectrum, RATE)
        noise *= np.sin(np.arange(RATE) / RATE * 2 * np.pi * chance.integers(1, 4)) > chance.uniform(-1, 0.4)
        sound[here] = (noise / max(np.abs(noise).max(), 1e-9) * chance.uniform(0.1, 0.6))[:, None]
    sound[:, 1] = np.roll(sound[:, 1], 40)
    soundfile.write(folder / "long.wav", sound, RATE, subtype="PCM_16")
    lines = ["schema: imgext.scene/1", "sample_rate: 16000", "objects:"]
    tracks = [f"t{number}" for number in range(int(chance.integers(4, 7)))]
    lines += [f"  {name}: {{label: {name}, importance: {chance.uniform(0, 1):.2f}}}" for name in tracks]
    lines.append("tracks:")
    for name in tracks:
        offset, start = chance.uniform(0, SECONDS - 7), chance.uniform(0, 1.5)
        lines.append(
            f"  {name}: {{sound: long.wav, offset: {offset:.3f}, duration: {chance.uniform(4, 6):.3f}, start: {start:.3f}}}"
        )
    path = folder / "scene.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def files_of(folder: Path) -> dict[str, str]:
    """sha256 of every file of a render."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _opening() -> object:
    for name in ("imgext.sounds.opening", "imgext.opening"):
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise SystemExit("this imgext has no module that opens sounds")


def main() -> int:
    """Run the campaign; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scenes", type=int, default=20)
    asked.add_argument("--renders", type=int, default=50, help="of each scene")
    asked.add_argument("--workers", type=int, default=8)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--stop", action="store_true", help="at the first difference")
    wanted = asked.parse_args()
    import imgext
    from imgext.mix.unmask import standing

    opening, memory = _opening(), _opening().SOUND_MEMORY
    print(f"stress: {Path(imgext.__file__).parent}, seeds {wanted.seed} to {wanted.seed + wanted.scenes - 1}")
    done = differed = 0
    for seed in range(wanted.seed, wanted.seed + wanted.scenes):
        with tempfile.TemporaryDirectory(prefix="imgext-stress-") as name:
            folder = Path(name)
            scene = write_scene(folder, seed)
            opening.SOUND_MEMORY, standing._AT_A_TIME = memory, 1  # noqa: SLF001
            os.environ["IMGEXT_CACHE"] = str(folder / "cache")
            imgext.render(scene, folder / "calm", pictures=False, stems=True)
            calm = files_of(folder / "calm")
            opening.SOUND_MEMORY, standing._AT_A_TIME = 0, wanted.workers  # noqa: SLF001
            bad = 0
            for number in range(wanted.renders):
                os.environ["IMGEXT_CACHE"] = str(folder / f"cache{number // 2}")  # cold, then warm
                with Unruly(seed * 1000 + number):
                    try:
                        imgext.render(scene, folder / "wild", pictures=False, stems=True, force=True)
                        now = files_of(folder / "wild")
                    except Exception as error:  # noqa: BLE001  # whatever it is, it did not happen in calm
                        now = {type(error).__name__: str(error)}
                done += 1
                if now != calm:
                    bad += 1
                    names = sorted(key for key in {*now, *calm} if now.get(key) != calm.get(key))
                    print(f"seed {seed}, render {number}: other bytes: {', '.join(names)}")
                    if wanted.stop:
                        return 1
            differed += bad
            print(f"seed {seed}: {wanted.renders} renders, {bad} differ", flush=True)
    print(f"stress: {done} renders, {differed} differ")
    return 1 if differed else 0


if __name__ == "__main__":
    sys.exit(main())
