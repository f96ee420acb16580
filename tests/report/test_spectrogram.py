"""The spectrogram: levels and places that arithmetic foretells, then the picture."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from imgext.report import style
from imgext.report.lanes import Clip, CutMark, Lane, Picture
from imgext.report.layout import layout
from imgext.report.spectrogram import COLUMNS, LABEL_ROWS, draw_spectrogram, place_labels, spectrogram_layout
from imgext.report.spectrum import column_powers, levels, loudest_of, y_of

RATE = 48000
CLIPS = (Clip(2.0, 4.0),)
LEFT, RIGHT = 344.0, 1576.0


def lane(name="gull", clips=CLIPS, **rest):
    return Lane(
        id=name,
        **(
            {
                "label": name,
                "kind": "object",
                "sound": "builtin:sea",
                "pan": 0.0,
                "level": -25.0,
                "clips": tuple(clips),
            }
            | rest
        ),
    )


def picture(*lanes, duration=10.0, **rest):
    return Picture("A test", duration, tuple(lanes), **rest)


def sine(frequency, duration, start=0.0, rate=RATE):
    time = np.arange(round(duration * rate)) / rate
    wave = np.where(time >= start, np.sin(2 * np.pi * frequency * time), 0.0)
    return np.stack([wave, wave], axis=1)


def pieces(sound, size):
    return (sound[start : start + size] for start in range(0, len(sound), size))


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_a_full_scale_sine_peaks_at_0_db():
    powers, _, _ = column_powers(
        [sine(1500.0, 2.0)], RATE, 2.0, 100
    )  # 1500 Hz is the 64th multiple of 48000 / 2048
    assert powers[10:90].argmax(axis=1).tolist() == [64] * 80
    assert 10 * np.log10(powers[10:90, 64]) == pytest.approx(np.zeros(80), abs=1e-6)


def test_a_sine_on_one_side_alone_has_half_the_power():
    sound = sine(1500.0, 2.0)
    sound[:, 1] = 0.0
    powers, _, _ = column_powers([sound], RATE, 2.0, 100)
    assert 10 * np.log10(powers[50, 64]) == pytest.approx(-3.0103, abs=1e-4)


@pytest.mark.slow
def test_the_powers_are_those_of_librosas_stft(noise):
    """The same frames by another make; librosa compiles for 20 s where it was never used before."""
    import librosa

    sound = noise(1, channels=2)
    powers, seconds, _ = column_powers([sound], 48000, 1.0, 200)
    hop = round(seconds * 48000)
    spectra = librosa.stft(
        sound.T, n_fft=2048, hop_length=hop, window="hann", center=True, pad_mode="constant"
    )
    theirs = (np.abs(spectra) ** 2).mean(axis=0).T[: len(powers)] / (2048 / 4) ** 2
    np.testing.assert_allclose(powers, theirs, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("duration", [0.3, 12.0])
def test_the_size_of_the_pieces_changes_no_bit(duration):
    sound = np.random.Generator(np.random.PCG64(1)).standard_normal((round(duration * RATE), 2))
    whole = column_powers([sound], RATE, duration, COLUMNS)
    for size in (len(sound) // 3 + 1, 4096, 777):
        powers, seconds, first = column_powers(pieces(sound, size), RATE, duration, COLUMNS)
        assert np.array_equal(powers, whole[0])
        assert (seconds, first) == whole[1:]


@pytest.mark.parametrize(("duration", "start"), [(10.0, 5.0), (60.0, 20.0), (200.0, 150.0)])
def test_a_sound_appears_in_the_column_of_its_start(duration, start):
    powers, seconds, first = column_powers(
        pieces(sine(1500.0, duration, start), 1 << 16), RATE, duration, COLUMNS
    )
    assert len(powers) <= COLUMNS
    column = int(np.flatnonzero(powers[:, 64] > 0.25)[0])  # -6 dB: half the window lies in the sound
    assert first + column * seconds == pytest.approx(start, abs=seconds)


def test_what_is_missing_is_silence_and_what_is_beyond_is_left_out():
    short = column_powers([sine(1500.0, 1.0)], RATE, 4.0, 200)[0]
    assert not short[60:].any()
    long = column_powers(pieces(sine(1500.0, 5.0), 5000), RATE, 2.0, 200)[0]
    assert np.array_equal(long, column_powers([sine(1500.0, 2.0)], RATE, 2.0, 200)[0])


def test_a_piece_without_two_channels_is_refused_and_leaves_no_file(tmp_path):
    with pytest.raises(ValueError, match=r"shape \(100,\); \(n, 2\) is expected"):
        draw_spectrogram([np.zeros(100)], RATE, 1.0, picture(), tmp_path / "s.png")
    assert not list(tmp_path.iterdir())


def test_octaves_are_equally_high_and_the_axis_ends_where_it_says():
    assert y_of(20.0, RATE, 100.0, 620.0) == pytest.approx(620.0)
    assert y_of(20000.0, RATE, 100.0, 620.0) == pytest.approx(100.0)
    assert y_of(4000.0, 8000, 100.0, 620.0) == pytest.approx(100.0)
    steps = np.diff([y_of(f, RATE, 100.0, 620.0) for f in (100.0, 200.0, 400.0, 800.0)])
    assert steps == pytest.approx(np.full(3, steps[0]))


@pytest.mark.parametrize(("peak", "expected"), [(-200.0, 0.0), (-13.2, -10.0), (-20.0, -20.0), (3.0, 10.0)])
def test_the_brightest_colour_is_the_next_ten_decibels(peak, expected):
    assert loudest_of(np.array([[peak, -200.0]])) == expected


def test_levels_are_finite_from_the_lowest_to_the_highest_row_at_every_rate():
    for rate in (8000, 22050, 48000, 192000):
        found = levels(np.full((3, 1025), 0.01), rate, 520)
        assert found == pytest.approx(np.full((520, 3), -20.0))


def test_a_tone_is_brightest_at_its_frequency_and_only_while_it_sounds(tmp_path):
    shown = picture(duration=10.0)
    draw_spectrogram(pieces(sine(1000.0, 10.0, 5.0), 30000), RATE, 10.0, shown, tmp_path / "s.png")
    plan = spectrogram_layout(shown, RATE)
    image = pixels(tmp_path / "s.png").sum(axis=2)
    column = image[int(plan.top) : int(plan.bottom), round(LEFT + 0.75 * (RIGHT - LEFT))]
    bright = np.flatnonzero(column == column.max())
    assert plan.top + bright.mean() + 0.5 == pytest.approx(y_of(1000.0, RATE, plan.top, plan.bottom), abs=3)
    row = image[round(y_of(1000.0, RATE, plan.top, plan.bottom)), int(LEFT) + 2 : int(RIGHT) - 2]
    onset = int(np.flatnonzero(row > (row.min() + row.max()) / 2)[0]) + LEFT + 2
    assert onset == pytest.approx((LEFT + RIGHT) / 2, abs=4)  # half a window is 2.6 pixels


def test_each_sound_has_a_line_where_it_enters_and_its_label():
    plan = spectrogram_layout(
        picture(lane("gull", [Clip(2.0, 3.0), Clip(6.0, 7.0)]), lane("sea", [Clip(0.0, 10.0)], kind="atmo")),
        RATE,
    )
    assert [start.x for start in plan.starts] == pytest.approx(
        [LEFT, LEFT + 0.2 * (RIGHT - LEFT), LEFT + 0.6 * (RIGHT - LEFT)]
    )
    assert [start.colour for start in plan.starts] == [style.BEDS[0], style.TRACKS[0], style.TRACKS[0]]
    labels = sorted(
        (word.x, word.text) for word in plan.words if word.text in {"gull", "sea"} and word.x >= LEFT
    )
    assert [text for _, text in labels] == ["sea", "gull", "gull"]


def test_muted_tracks_have_no_line_no_mark_and_no_place_in_the_legend():
    plan = spectrogram_layout(picture(lane(muted=True, cuts=(CutMark(570.0, -4.7),))), RATE)
    assert (plan.starts, plan.marks, plan.legend) == ((), (), ())


def test_among_many_starts_only_the_first_of_a_sound_runs_down_the_whole_plot():
    plan = spectrogram_layout(
        picture(lane(clips=[Clip(t, t + 0.5) for t in np.linspace(0.5, 9.0, 300)])), RATE
    )
    assert [start.bottom == plan.bottom for start in plan.starts] == [True] + [False] * 299
    assert len([word for word in plan.words if word.text == "gull" and word.x > LEFT]) == 1


def test_a_repeat_never_pushes_out_the_label_of_a_first_start():
    crowd = [lane(f"t{k}", [Clip(5.0 + 0.02 * k, 6.0)], label=f"sound {k}") for k in range(6)]
    late = lane("late", [Clip(1.0, 2.0), Clip(5.05, 6.0), Clip(8.0, 9.0)], label="late")
    words = [word for word in spectrogram_layout(picture(*crowd, late), RATE).words if word.x > LEFT]
    assert {word.text for word in words} >= {f"sound {k}" for k in range(6)}
    assert [round((word.x - 4 - LEFT) / (RIGHT - LEFT), 3) for word in words if word.text == "late"] == [
        0.1,
        0.8,
    ]


def test_labels_never_cross_each_other_nor_the_lines_of_others():
    rng = np.random.Generator(np.random.PCG64(5))
    for count in (2, 10, 40, 100):
        labels = [
            (float(x), float(w))
            for x, w in zip(
                LEFT + rng.random(count) * (RIGHT - LEFT), 20 + rng.random(count) * 110, strict=True
            )
        ]
        rows = place_labels(labels)
        placed = [(x, w, row) for (x, w), row in zip(labels, rows, strict=True) if row is not None]
        assert placed
        for index, (x, w, row) in enumerate(placed):
            assert 0 <= row < LABEL_ROWS
            assert x + 4 + w < style.WIDTH
            for other, (x2, w2, row2) in enumerate(placed):
                if other != index:
                    assert row != row2 or x + 4 + w < x2 or x2 + 4 + w2 < x or x == x2
                    assert not (row2 > row and x < x2 <= x + 4 + w)  # a line that comes down through the text


def test_a_cut_is_a_line_at_its_frequency_over_its_spans():
    plan = spectrogram_layout(
        picture(lane(cuts=(CutMark(570.0, -4.7, 1.0, ((2.0, 3.0), (5.0, 6.0)), "boat"),))), RATE
    )
    assert [(mark.left, mark.right) for mark in plan.marks] == [
        pytest.approx((LEFT + a * (RIGHT - LEFT), LEFT + b * (RIGHT - LEFT)))
        for a, b in ((0.2, 0.3), (0.5, 0.6))
    ]
    assert plan.marks[0].y == pytest.approx(y_of(570.0, RATE, plan.top, plan.bottom))
    assert [word.text for word in plan.inner_words] == ["570 Hz: gull −4.7 dB"]


def test_cuts_of_several_tracks_at_one_frequency_lie_beside_each_other_and_share_their_words():
    cuts = [(CutMark(570.0, gain, 1.0, ((2.0, 3.0),)),) for gain in (-4.0, -6.0, -2.0)]
    plan = spectrogram_layout(
        picture(*(lane(name, cuts=cut) for name, cut in zip("abc", cuts, strict=True))), RATE
    )
    middle = y_of(570.0, RATE, plan.top, plan.bottom)
    assert [mark.y - middle for mark in plan.marks] == pytest.approx([-4.0, 0.0, 4.0])
    assert len({mark.colour for mark in plan.marks}) == 3
    assert [word.text for word in plan.inner_words] == ["570 Hz: a −4.0 dB, b −6.0 dB, c −2.0 dB"]


def test_a_bell_for_several_tracks_is_named_once():
    cuts = tuple(
        CutMark(570.0, -4.7, 1.0, ((float(at), at + 0.5),), whom) for at, whom in ((1, "gull"), (3, "dog"))
    )
    plan = spectrogram_layout(picture(lane("boat", cuts=cuts)), RATE)
    assert [word.text for word in plan.inner_words] == ["570 Hz: boat −4.7 dB"]


def test_where_words_of_cuts_have_no_room_the_deepest_keeps_its_own():
    cuts = (CutMark(570.0, -2.0, 1.0, ((2.0, 3.0),)), CutMark(580.0, -6.0, 1.0, ((2.0, 3.0),)))
    plan = spectrogram_layout(picture(lane(cuts=cuts)), RATE)
    assert len(plan.marks) == 2
    assert [word.text for word in plan.inner_words] == ["580 Hz: gull −6.0 dB"]


def test_a_cut_outside_the_axis_is_not_drawn():
    assert (
        spectrogram_layout(picture(lane(cuts=(CutMark(5000.0, -4.7, 1.0, ((2.0, 3.0),)),))), 8000).marks == ()
    )


@pytest.mark.parametrize("count", [1, 8, 64, 200])
def test_words_stay_on_the_page_and_apart(count):
    rng = np.random.Generator(np.random.PCG64(count))
    lanes = [
        lane(
            f"t{k}",
            [Clip(float(t), float(t) + 1) for t in rng.random(3) * 9],
            label=f"a rather long label {k}",
            cuts=(CutMark(300.0 + 40 * k, -3.0),),
        )
        for k in range(count)
    ]
    plan = spectrogram_layout(picture(*lanes, tail_from=9.5, room="hall"), RATE)
    boxes = [word.box for word in plan.words if word.text]
    for a in boxes:
        assert a[0] >= 0
        assert a[1] >= 0
        assert a[2] <= plan.width
        assert a[3] <= plan.height
    for group in (boxes, [word.box for word in plan.inner_words]):
        for index, a in enumerate(group):
            for b in group[index + 1 :]:
                slack = 0.25 * (a[3] - a[1])
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] - slack <= b[1] or b[3] - slack <= a[1]


def test_a_track_has_the_same_colour_and_times_as_in_the_timeline():
    shown = picture(
        lane("sea", [Clip(0.5, 9.0)], kind="atmo"),
        lane("gull", [Clip(2.0, 3.0)]),
        lane("boat", [Clip(4.0, 6.0)]),
    )
    there = {(box.colour, box.clips[0].left) for box in layout(shown).lanes}
    assert {(start.colour, start.x) for start in spectrogram_layout(shown, RATE).starts} == there


def test_the_png_opens_at_its_size_and_is_the_same_twice_whatever_the_pieces(tmp_path):
    sound = np.random.Generator(np.random.PCG64(2)).standard_normal((RATE * 3, 2)) * 0.1
    shown = picture(
        lane("$gull_行", [Clip(1.0, 2.0)], cuts=(CutMark(570.0, -4.7, 1.0, ((1.0, 1.5),)),)),
        duration=3.0,
        tail_from=2.5,
    )
    for name, size in (("a", 1000), ("b", 1000), ("c", 65536)):
        draw_spectrogram(pieces(sound, size), RATE, 3.0, shown, tmp_path / f"{name}.png")
    assert (
        (tmp_path / "a.png").read_bytes()
        == (tmp_path / "b.png").read_bytes()
        == (tmp_path / "c.png").read_bytes()
    )
    with Image.open(tmp_path / "a.png") as image:
        image.load()
        assert image.size == (1600, spectrogram_layout(shown, RATE).height)


@pytest.mark.parametrize("duration", [0.0, 0.01, 2.0])
def test_silence_is_drawn_in_the_darkest_colour(duration, tmp_path):
    shown = picture(duration=duration)
    draw_spectrogram([], RATE, duration, shown, tmp_path / "s.png")
    plan = spectrogram_layout(shown, RATE)
    inside = pixels(tmp_path / "s.png")[
        int(plan.top) + 2 : int(plan.bottom) - 2, int(LEFT) + 2 : int(RIGHT) - 2
    ]
    assert (inside == [0, 0, 3]).all() or (
        inside == [0, 0, 4]
    ).all()  # the first colour of magma, (0.001462, 0.000466, 0.013866)


def test_a_long_mix_needs_little_memory(tmp_path):
    draw_spectrogram(
        [], RATE, 1.0, picture(), tmp_path / "first.png"
    )  # imports and caches are not the question
    tracemalloc.start()
    try:
        block = np.zeros((65536, 2))
        draw_spectrogram(
            (block for _ in range(220)), RATE, 300.0, picture(lane(), duration=300.0), tmp_path / "s.png"
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60e6


def test_a_dominant_frequency_is_a_thin_line_while_its_sound_is_heard():
    clips = (Clip(2.0, 3.0), Clip(6.0, 7.0))
    plan = spectrogram_layout(
        picture(lane(clips=clips, dominant=(440.0, 2000.0)), lane("bed", clips=())), RATE
    )
    wide = style.PLOT_RIGHT - style.PLOT_LEFT
    found = [
        ((mark.left - style.PLOT_LEFT) / wide, (mark.right - style.PLOT_LEFT) / wide)
        for mark in plan.dominant
    ]
    assert np.ravel(found) == pytest.approx([0.2, 0.3, 0.6, 0.7] * 2)
    assert {mark.y for mark in plan.dominant} == {
        y_of(freq, RATE, plan.top, plan.bottom) for freq in (440.0, 2000.0)
    }
    assert [said for _, said in plan.strokes] == ["dominant frequency"]


def test_repeats_that_nearly_touch_share_their_line():
    clips = tuple(Clip(start, start + 0.5) for start in range(3600))
    plan = spectrogram_layout(picture(lane(clips=clips, dominant=(440.0,)), duration=3600.0), RATE)
    assert len(plan.dominant) == 1
