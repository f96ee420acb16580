"""Ask two classifiers that never heard the bank what its sounds are, and hold their figures against real recordings.

Usage: python tools/judge_bank.py RECORDINGS [--names dog,cat] [--seeds 3] [--json FILE] RECORDINGS is a
folder with one folder of clips for each class. Needs scikit-learn, which imgext itself does not.

The judges: (1) statistics of 20 mel cepstra and their differences, standardised, to a support vector machine;
(2) log-mel patches of 0.4 s through 600 random kernels learnt from the recordings alone (spherical k-means,
Coates and Ng, 2012), pooled, to a logistic regression. Both answer for clips of 5 s; their own accuracy is
that of five folds over the recordings.
"""

from __future__ import annotations

import argparse
import json
import pickle
import warnings
from pathlib import Path

import numpy as np
import soundfile
import soxr
from bank_figures import NAMES, RATE, correlation, figures

#: Which class of recordings each sound is asked for, where there is one; the first part of the name decides
#: otherwise.
CLASSES = {
    "airplane": "airplane",
    "jet": "airplane",
    "applause": "clapping",
    "audience": "clapping",
    "baby": "crying_baby",
    "bees": "insects",
    "fly": "insects",
    "mosquito": "insects",
    "bell": "church_bells",
    "church_bells": "church_bells",
    "birds": "chirping_birds",
    "songbird": "chirping_birds",
    "blackbird": "chirping_birds",
    "sparrows": "chirping_birds",
    "canary": "chirping_birds",
    "cat": "cat",
    "chainsaw": "chainsaw",
    "clock": "clock_tick",
    "cough": "coughing",
    "cow": "cow",
    "crickets": "crickets",
    "crow": "crow",
    "dog": "dog",
    "door": "door-wood_creaks",
    "engine": "engine",
    "fire": "crackling_fire",
    "fireworks": "fireworks",
    "footsteps": "footsteps",
    "footsteps_gravel": "footsteps",
    "footsteps_wood": "footsteps",
    "frogs": "frog",
    "glass": "glass_breaking",
    "helicopter": "helicopter",
    "hen": "hen",
    "horn": "car_horn",
    "knock": "door_knock",
    "laughter": "laughing",
    "mouse_click": "mouse_click",
    "pig": "pig",
    "pouring": "pouring_water",
    "rain": "rain",
    "rain_light": "rain",
    "rain_heavy": "rain",
    "rooster": "rooster",
    "saw": "hand_saw",
    "sea": "sea_waves",
    "sheep": "sheep",
    "goat": "sheep",
    "siren": "siren",
    "sneeze": "sneezing",
    "snoring": "snoring",
    "thunder": "thunderstorm",
    "toilet_flush": "toilet_flush",
    "train": "train",
    "typing": "keyboard_typing",
    "vacuum_cleaner": "vacuum_cleaner",
    "washing_machine": "washing_machine",
    "water_drips": "water_drops",
    "wind": "wind",
    "alarm_clock": "clock_alarm",
}
SECONDS = 5


def five_seconds(signal: np.ndarray) -> np.ndarray:
    """Mono at 44100 Hz, 5 s: longer ones are cut, shorter ones stand in silence, as the recordings do."""
    mono = signal if signal.ndim == 1 else signal.mean(axis=1)
    mono = mono[: SECONDS * RATE]
    return np.pad(mono, (0, SECONDS * RATE - len(mono)))


def mel(signal: np.ndarray, bands: int = 60) -> np.ndarray:
    """Log-mel spectrogram, (frames, bands), relative to its loudest."""
    size, hop = 1024, 512
    frames = np.lib.stride_tricks.sliding_window_view(signal, size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(frames)) ** 2
    edges = 700.0 * (
        10.0 ** (np.linspace(np.log10(1 + 40 / 700), np.log10(1 + 16000 / 700), bands + 2)) - 1.0
    )
    frequency = np.fft.rfftfreq(size, 1.0 / RATE)
    weights = np.stack(
        [
            np.maximum(0.0, np.minimum((frequency - a) / (b - a), (c - frequency) / (c - b)))
            for a, b, c in zip(edges[:-2], edges[1:-1], edges[2:], strict=True)
        ]
    )
    level = 10.0 * np.log10(power @ weights.T + 1e-10)
    return np.maximum(level - level.max(), -70.0)


class Cepstra:
    """Statistics of mel cepstra to a support vector machine."""

    name = "MFCC + SVM"

    def features(self, spectrogram: np.ndarray) -> np.ndarray:
        """What the judge hears of a spectrogram."""
        from scipy.fft import dct

        loud = spectrogram.max(axis=1) > -55.0
        kept = spectrogram[loud] if loud.sum() > 4 else spectrogram
        cepstra = dct(kept, axis=1, norm="ortho")[:, :20]
        step = np.diff(cepstra, axis=0)
        wide = cepstra[4:] - cepstra[:-4] if len(cepstra) > 8 else step
        parts = [
            cepstra.mean(0),
            cepstra.std(0),
            step.std(0),
            wide.std(0),
            np.percentile(cepstra, 10, 0),
            np.percentile(cepstra, 90, 0),
        ]
        return np.concatenate([*parts, [loud.mean() * 10.0]])

    def fit(self, spectrograms: list[np.ndarray], labels: np.ndarray) -> None:
        """Learn from recordings."""
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC

        self.model = make_pipeline(
            StandardScaler(), SVC(C=10.0, gamma="scale", decision_function_shape="ovr")
        )
        self.model.fit(np.stack([self.features(s) for s in spectrograms]), labels)

    def scores(self, spectrogram: np.ndarray) -> np.ndarray:
        """One score a class."""
        return self.model.decision_function(self.features(spectrogram)[None])[0]


class Kernels:
    """Log-mel patches through learnt kernels to a logistic regression."""

    name = "patches + kernels"

    def __init__(self) -> None:
        self.rng = np.random.default_rng(5)

    def patches(self, spectrogram: np.ndarray, hop: int) -> np.ndarray:
        """Stretches of 0.2 s, each without its mean and at one contrast."""
        wide = np.lib.stride_tricks.sliding_window_view(spectrogram, 16, axis=0)[::hop]
        flat = wide.reshape(len(wide), -1)
        flat = flat[flat.max(axis=1) > -60.0] if (flat.max(axis=1) > -60.0).any() else flat
        return (flat - flat.mean(axis=1, keepdims=True)) / (flat.std(axis=1, keepdims=True) + 1.0)

    def features(self, spectrogram: np.ndarray) -> np.ndarray:
        """What the judge hears of a spectrogram."""
        code = np.maximum((self.patches(spectrogram, 3) - self.mean) @ self.whiten @ self.kernels.T, 0.0)
        return np.concatenate([code.mean(0), code.max(0), code.std(0)])

    def fit(self, spectrograms: list[np.ndarray], labels: np.ndarray) -> None:
        """Learn from recordings."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        every = np.concatenate([self.patches(s, 6) for s in spectrograms])
        every = every[self.rng.permutation(len(every))[:9000]]
        self.mean = every.mean(0)
        values, vectors = np.linalg.eigh(np.cov((every - self.mean).T))
        keep = values > values.max() * 2e-3
        self.whiten = vectors[:, keep] / np.sqrt(values[keep] + 0.02 * values.max())
        white = (every - self.mean) @ self.whiten
        white /= np.linalg.norm(white, axis=1, keepdims=True) + 1e-9
        kernels = white[self.rng.permutation(len(white))[:300]]
        for _ in range(6):
            which = np.argmax(white @ kernels.T, axis=1)
            for k in range(len(kernels)):
                members = white[which == k]
                if len(members):
                    total = members.sum(0)
                    kernels[k] = total / (np.linalg.norm(total) + 1e-9)
        self.kernels = kernels
        self.model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=400))
        self.model.fit(np.stack([self.features(s) for s in spectrograms]), labels)

    def scores(self, spectrogram: np.ndarray) -> np.ndarray:
        """One score a class."""
        return self.model.decision_function(self.features(spectrogram)[None])[0]


def rank(scores: np.ndarray, wanted: int) -> int:
    """Place of the wanted class, from 1."""
    return 1 + int((scores > scores[wanted]).sum())


def table(ranks: list[int]) -> str:
    """Top-1, top-3, top-5."""
    places = np.array(ranks)
    return " ".join(f"{np.mean(places <= k):.2f}" for k in (1, 3, 5))


def main() -> None:
    """Train, ask, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--names", default="")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--no-judges", action="store_true")
    parser.add_argument("--trained", type=Path, help="where trained judges are cached between runs")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    classes = sorted(folder.name for folder in options.recordings.iterdir() if folder.is_dir())
    clips = [(name, path) for name in classes for path in sorted((options.recordings / name).glob("*.ogg"))]
    sounds = [soxr.resample(*_mono(path), RATE) for _, path in clips]
    labels = np.array([classes.index(name) for name, _ in clips])
    spectrograms = [mel(five_seconds(sound)) for sound in sounds]
    judges = [] if options.no_judges else [Cepstra(), Kernels()]
    fold = np.array([hash_of(path.name) % 4 for _, path in clips])
    for number in range(len(clips)):  # the four of a class into different folds
        fold[number] = number % 4
    if options.trained and options.trained.exists():
        judges = pickle.loads(options.trained.read_bytes())
    for judge in judges:
        if hasattr(judge, "model"):
            continue
        ranks = []
        for k in range(4):
            judge.fit([s for s, f in zip(spectrograms, fold, strict=True) if f != k], labels[fold != k])
            known = list(judge.model.classes_)
            ranks += [
                rank(judge.scores(s), known.index(label)) if label in known else 99
                for s, label, f in zip(spectrograms, labels, fold, strict=True)
                if f == k
            ]
        print(f"{judge.name}: real recordings, cross-validated: top-1/3/5 {table(ranks)}")
        judge.fit(spectrograms, labels)
    if options.trained and judges:
        options.trained.write_bytes(pickle.dumps(judges))
    ours(
        options,
        judges,
        classes,
        {name: [s for s, (c, _) in zip(sounds, clips, strict=True) if c == name] for name in classes},
    )


def hash_of(text: str) -> int:
    """A number for a text, the same on every run."""
    return sum(ord(letter) * (k + 1) for k, letter in enumerate(text))


def _mono(path: Path) -> tuple[np.ndarray, int]:
    samples, rate = soundfile.read(path, always_2d=True)
    return samples.mean(axis=1), rate


def ours(
    options: argparse.Namespace, judges: list, classes: list[str], real: dict[str, list[np.ndarray]]
) -> None:
    """Ask about the bank's sounds, and print where they lie."""
    from imgext.sounds.bank import BANK, generate
    from imgext.sounds.bank import RATE as OURS

    ranges: dict[str, dict[str, tuple[float, float]]] = {}
    ranks: dict[str, list[int]] = {judge.name: [] for judge in judges}
    result, inside_all, count_all = {}, 0, 0
    names = options.names.split(",") if options.names else [name for name in BANK if name in CLASSES]
    for name in names:
        wanted = CLASSES.get(name)
        takes = [generate(name, seed=seed) for seed in range(options.seeds)]
        measured = [figures(take, OURS) for take in takes]
        mean = {key: float(np.nanmean([each[key] for each in measured])) for key in NAMES}
        row: dict[str, object] = {"figures": mean, "correlation": correlation(takes[0])}
        line = f"{name:18}"
        for judge in judges:
            heard = []
            for take in takes:
                spectrogram = mel(five_seconds(soxr.resample(take.mean(axis=1), OURS, RATE)))
                scores = judge.scores(spectrogram)
                heard.append(classes[int(np.argmax(scores))])
                if wanted in classes:
                    ranks[judge.name].append(rank(scores, classes.index(wanted)))
                    row.setdefault(f"ranks {judge.name}", []).append(ranks[judge.name][-1])
            line += f" {'/'.join(map(str, row.get(f'ranks {judge.name}', ['-']))):9} {heard[0][:12]:12}"
        if wanted in classes:
            if wanted not in ranges:
                known = [figures(sound, RATE) for sound in real[wanted]]
                ranges[wanted] = {key: _range([each[key] for each in known]) for key in NAMES}
            out: list[str] = []
            known_here = 0
            for key in NAMES:
                low, high = ranges[wanted][key]
                if np.isfinite(low) and np.isfinite(mean[key]):
                    count_all += 1
                    known_here += 1
                    if low <= mean[key] <= high:
                        inside_all += 1
                    else:
                        out.append(f"{key} {mean[key]:.2f} ({low:.2f} {high:.2f})")
            row["outside"], row["of"] = out, known_here
            line += f" {len(NAMES) - len(out):2}/{len(NAMES)}  " + "; ".join(out)
        result[name] = row
        print(line)
    for judge in judges:
        print(f"{judge.name}: the bank: top-1/3/5 {table(ranks[judge.name])} over {len(ranks[judge.name])}")
    print(
        f"figures within the range of real recordings: {inside_all} of {count_all} ({inside_all / max(count_all, 1):.0%})"
    )
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))


def _range(values: list[float]) -> tuple[float, float]:
    """The 10 to 90 % range; with four recordings this is wider by a quarter of it on both sides, as few of them show less."""
    finite = [value for value in values if np.isfinite(value)]
    if len(finite) < 2:
        return np.nan, np.nan
    low, high = np.percentile(finite, [10, 90])
    slack = 0.25 * (high - low)
    return float(low - slack), float(high + slack)


if __name__ == "__main__":
    main()
