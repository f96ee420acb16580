"""Train and measure the analysis of reverberation: python tools/train_reverberation.py SOUNDS [--work DIR] [-o imgext/dsp/reverberation/model.json].

SOUNDS holds recordings and an index.csv (file, author, title); they are played in rooms of known response
(tools/reverberation_items.py). What is measured comes from five folds: a recording is judged by networks that
heard no recording of its author, in rooms that were not trained with. The model that is written has heard
all. With --compensation, the dry and the reverberant version of each recording are put into the same room,
each with the send that its analysis gives, and compared (tools/reverberation_sends.py). --work keeps what
takes long: the evidence of some ten thousand sounds, a quarter of an hour.

Everything is drawn from fixed seeds: the same recordings give the same figures, up to the last digits of the
linear algebra below.
"""

from __future__ import annotations

import argparse
import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from reverberation_items import (
    KINDS,
    SIZES,
    Item,
    Recording,
    Room,
    folds,
    recordings,
    rooms,
    test_items,
    training_items,
)
from reverberation_sends import compensation_table

from imgext.dsp.reverberation.analysis import Acoustics, Evidence, examine, judge
from imgext.dsp.reverberation.levels import RATE, prepare
from imgext.dsp.reverberation.model import CLASSES, FARTHEST, Model, read

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDS = 5
VERSIONS = 40
TEST_DRAWS = 2

CLASS_NETWORKS, DECAY_NETWORKS, UNITS = 3, 4, 16
CLASS_PENALTY, DECAY_PENALTY = 1.0, 3.0
CLASS_ROUNDS, DECAY_ROUNDS = 20, 25
#: Added to the logarithms of the odds of dry, some and wet: without it, sounds near a boundary are told
#: wetter than they are.
CLASS_SHIFT = (0.3, 0.0, -0.3)

Examined = list[tuple[Item, Evidence]]


def examined(items: Iterable[tuple[Item, np.ndarray]], kept: Path | None) -> Examined:
    """Evidence of all items, from the file where it was kept."""
    if kept is not None and kept.exists():
        with kept.open("rb") as stream:
            found: Examined = pickle.load(stream)
        return found
    found = [(item, examine(prepare(x, RATE))) for item, x in items]
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with kept.open("wb") as stream:
            pickle.dump(found, stream)
    return found


def train(heard: Examined, places: list[Room]) -> dict[str, Any]:
    """Figures of a model that has heard these items."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    warnings.simplefilter(
        "ignore", ConvergenceWarning
    )  # few rounds on purpose: more of them learn the recordings by heart
    names = list(heard[0][1].features)
    features = np.array([[evidence.features[name] for name in names] for _, evidence in heard])
    mean, sd = _figures(features.mean(axis=0)), _figures(features.std(axis=0) + 1e-6)
    z = np.clip((features - mean) / sd, -FARTHEST, FARTHEST)
    truth = np.array([item.truth for item, _ in heard])
    roomy = np.array([item.c50 < 14.0 for item, _ in heard])
    decay = np.log([places[item.room].rt60 if item.room >= 0 else 1.0 for item, _ in heard])
    common = {"hidden_layer_sizes": (UNITS,), "batch_size": 128, "learning_rate_init": 1e-3}
    classes = [
        MLPClassifier(alpha=CLASS_PENALTY, max_iter=CLASS_ROUNDS, random_state=k, **common).fit(z, truth)
        for k in range(CLASS_NETWORKS)
    ]
    decays = [
        MLPRegressor(alpha=DECAY_PENALTY, max_iter=DECAY_ROUNDS, random_state=k, **common).fit(
            z[roomy], decay[roomy]
        )
        for k in range(DECAY_NETWORKS)
    ]
    return {
        "features": names,
        "mean": mean.tolist(),
        "sd": sd.tolist(),
        "classes": [_network(network, CLASS_SHIFT) for network in classes],
        "decays": [_network(network, (0.0,)) for network in decays],
    }


def _figures(values: np.ndarray) -> np.ndarray:
    """Four significant digits."""
    return np.array([float(f"{value:.4g}") for value in values.ravel()]).reshape(values.shape)


def _network(network: Any, shift: tuple[float, ...]) -> dict[str, Any]:
    (hidden, output), (hidden_bias, output_bias) = network.coefs_, network.intercepts_
    parts = {
        "hidden": hidden.T,
        "hidden_bias": hidden_bias,
        "output": output.T,
        "output_bias": output_bias + np.array(shift),
    }
    return {name: _figures(value).tolist() for name, value in parts.items()}


def plausibly_dry(sounds: list[Recording]) -> np.ndarray:
    """Whether nothing speaks against each recording being dry: no room in its title, and no decays that agree."""
    found = []
    for sound in sounds:
        decays = examine(
            prepare(sound.x + 1e-5 * np.random.default_rng(0).standard_normal(sound.x.size), RATE)
        ).decays
        found.append(
            not sound.titled and not (decays.decays >= 5 and decays.spread <= 0.5 and decays.rt60 > 0.3)
        )
    return np.array(found)


def balanced_accuracy(truth: np.ndarray, told: np.ndarray) -> float:
    """Mean over the classes of the share that is told right."""
    return float(np.mean([np.mean(told[truth == k] == k) for k in range(3) if np.any(truth == k)]))


def print_classes(title: str, truth: np.ndarray, told: np.ndarray, kinds: np.ndarray) -> None:
    """Confusion matrix and balanced accuracy, over all and by kind."""
    print(f"\n{title}: {truth.size} items, balanced accuracy {balanced_accuracy(truth, told):.3f}")
    print("| truth \\ told | " + " | ".join(CLASSES) + " |\n|---|---|---|---|")
    for k, name in enumerate(CLASSES):
        counts = [int(np.sum((truth == k) & (told == j))) for j in range(3)]
        print(
            f"| {name} | "
            + " | ".join(f"{count} ({100 * count / max(1, sum(counts)):.0f} %)" for count in counts)
            + " |"
        )
    print(
        ", ".join(
            f"{kind} {balanced_accuracy(truth[kinds == kind], told[kinds == kind]):.2f}" for kind in KINDS
        )
    )


def print_decays(title: str, tested: Examined, told: list[Acoustics], places: list[Room]) -> None:
    """How often a decay time is told, and how well; how often of sounds without a room."""
    print(f"\n{title}\n| room | items | told | within 30 % | bias |\n|---|---|---|---|---|")
    rows = [("none", [a for (item, _), a in zip(tested, told, strict=True) if item.room < 0], None)]
    for size in (*SIZES, "any"):
        inside = [
            (places[item.room].rt60, a)
            for (item, _), a in zip(tested, told, strict=True)
            if item.room >= 0 and size in (places[item.room].size, "any")
        ]
        rows.append(
            (
                size,
                [a for _, a in inside],
                np.array([a.rt60 / rt60 for rt60, a in inside if a.rt60 is not None]),
            )
        )
    for size, all_told, ratio in rows:
        share = f"{100 * np.mean([a.rt60 is not None for a in all_told]):.1f} %"
        good = (
            ""
            if ratio is None
            else f"{100 * np.mean(np.abs(ratio - 1.0) <= 0.3):.0f} % | {100 * (np.exp(np.mean(np.log(ratio))) - 1.0):+.0f} %"
        )
        print(f"| {size} | {len(all_told)} | {share} | {good or ' | '} |")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("sounds", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="write the model here")
    parser.add_argument("--work", type=Path, help="folder that keeps the evidence of the items")
    parser.add_argument(
        "--compensation",
        action="store_true",
        help="print what sends do for dry and reverberant versions in one room",
    )
    options = parser.parse_args()

    sounds = recordings(options.sounds)
    training_rooms, test_rooms = rooms(40, 2002), rooms(8, 1001, tested=True)
    keep = (lambda name: options.work / name) if options.work else (lambda _: None)
    heard = examined(training_items(sounds, training_rooms, 1, VERSIONS), keep("training.pickle"))
    tested: Examined = []
    for draw in range(TEST_DRAWS):
        tested += examined(test_items(sounds, test_rooms, draw + 1), keep(f"test{draw}.pickle"))

    fold = folds(sounds, FOLDS)
    models: list[Model] = [
        read(train([pair for pair in heard if fold[pair[0].recording] != k], training_rooms))
        for k in range(FOLDS)
    ]
    plain = np.array(
        [models[fold[item.recording]].probabilities(evidence.features) for item, evidence in tested]
    )
    told = [judge(evidence, models[fold[item.recording]]) for item, evidence in tested]
    report(sounds, tested, plain, told, test_rooms)
    if options.compensation:
        vetoed = [
            judge(evidence, models[fold[i.recording]], ringing=sounds[i.recording].kind == "ringing")
            for i, evidence in tested
        ]
        compensation_table(
            sounds, [item for item, _ in tested], told, vetoed, test_rooms, plausibly_dry(sounds)
        )
    if options.output:
        text = ",\n".join(
            f'"{name}": {json.dumps(value, separators=(",", ":"))}'
            for name, value in train(heard, training_rooms).items()
        )
        options.output.write_text("{\n" + text + "\n}\n", encoding="utf-8")


def report(
    sounds: list[Recording], tested: Examined, plain: np.ndarray, told: list[Acoustics], places: list[Room]
) -> None:
    """Print all tables."""
    screened = plausibly_dry(sounds)
    recording = np.array([item.recording for item, _ in tested])
    truth = np.array([item.truth for item, _ in tested])
    kinds = np.array([sounds[i].kind for i in recording])
    chosen = plain.argmax(axis=1)
    print(f"{len(sounds)} recordings, {int(screened.sum())} plausibly dry; {len(tested)} items")
    for name, mask in (
        ("Plausibly dry recordings", screened[recording]),
        ("All recordings", np.ones(len(tested), dtype=bool)),
    ):
        print_classes(f"{name}, equally frequent classes", truth[mask], chosen[mask], kinds[mask])
        with_prior = np.array([CLASSES.index(a.kind) if a.kind != "unknown" else -1 for a in told])
        known = mask & (with_prior >= 0)
        print_classes(
            f"{name}, the class that is written where one is ({100 * np.mean(known[mask]):.0f} %)",
            truth[known],
            with_prior[known],
            kinds[known],
        )
        pairs = [(pair, a) for pair, a, ok in zip(tested, told, mask, strict=True) if ok]
        print_decays(f"{name}, decay times", [pair for pair, _ in pairs], [a for _, a in pairs], places)


if __name__ == "__main__":
    main()
