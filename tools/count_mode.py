"""Count what a new unmask mode costs: adds one to a copy of the package, measures and renders with it.

    python tools/count_mode.py

The toy mode turns every sound but the most important one down at 1 kHz. The script prints the files and lines
that the mode took, code and row.
"""

from __future__ import annotations

from toy import add_toy

ROW = '    "audible",  # a gradient of partial loudness\n'
MODULE = '''"""Mode `toy`: 3 dB less at 1 kHz of every sound but the first."""

from imgext.dsp.cuts import Bell
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.planner import Mode, proposed
from imgext.mix.unmask.standing import Standing


def plan(tracks, settings):
    """Find the cuts of a scene, see `imgext.mix.unmask.planner.Planner`."""
    standing = Standing(tracks, settings)
    result = standing.no_cuts()
    if standing.idle:
        return result
    first, *others = standing.tracks
    bells = [Bell(1000, -3.0, settings.q, ((0.0, settings.seconds),))]
    for number, track in enumerate(others, 1):
        if track.open:
            for bell in standing.within_guards(number, bells, LIMITS):
                result[track.id].append(proposed(track, first, bell, settings.rate, gain=0.0, share=1.0))
    return result


MODE = Mode("cut 3 dB at 1 kHz from all sounds but one", plan)
'''
TRY = """
import numpy, soundfile
from imgext import evaluate, load, render
lot = numpy.random.default_rng(1)
for name in ("a", "b"):
    soundfile.write(f"{name}.wav", 0.1 * lot.standard_normal(48000), 48000)
open("scene.yaml", "w").write(
    "schema: imgext.scene/1\\nunmask: {mode: toy}\\nobjects: {a: {label: a, importance: 0.9}, b: {label: b}}\\n"
    "tracks: {a: {sound: a.wav, start: 0}, b: {sound: b.wav, start: 0}}\\n")
made = render(load("scene.yaml"), "out", pictures=False)
cuts = {key: track.eq for key, track in made.scene.tracks.items()}
assert cuts["a"] == [] and [(cut.freq, cut.gain) for cut in cuts["b"]] == [(1000, -3.0)], cuts
assert "toy" in evaluate(["scene.yaml"], ["toy"])["modes"]
"""


def main() -> None:
    """Add the toy, try it, and print what it took."""
    print(
        f"a toy mode: {add_toy(ROW, 'imgext/mix/unmask/modes/toy.py', MODULE, TRY)}; planned, rendered and evaluated"
    )


if __name__ == "__main__":
    main()
