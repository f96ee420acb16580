"""The timeline: positions as numbers, then what of it reaches the picture."""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from imgext.errors import CannotWriteError
from imgext.report import canvas, style
from imgext.report.canvas import Word, printable, sheet, shorten, text_width
from imgext.report.lanes import Clip, CutMark, Lane, Picture
from imgext.report.layout import TALLEST, condensed, layout
from imgext.report.timeline import brightness_steps, draw_timeline, envelope

CLIPS = (Clip(2.0, 4.0),)
LEFT, RIGHT = 344.0, 1576.0  # edges of the time axis in pixels
LABELS = (
    "gull",
    "a label that is far too long for the column at the left of its lane",
    "行人 и Möwe ß",
    "$x^2$ costs_5$ \\alpha",
    "bell\n",
    "",
)


def lane(name="gull", clips=CLIPS, **rest):
    given = {
        "label": name,
        "kind": "object",
        "sound": "builtin:sea",
        "pan": 0.0,
        "level": -25.0,
        "clips": tuple(clips),
    } | rest
    return Lane(id=name, **given)


def picture(*lanes, duration=10.0, **rest):
    return Picture("A test", duration, tuple(lanes), **rest)


def busy(count, duration, *, per_lane=3, cuts=2):
    """`count` lanes with everything in them, the same each time."""
    rng = np.random.Generator(np.random.PCG64(count))
    lanes = []
    for index in range(count):
        starts = np.sort(rng.random(per_lane)) * duration * 0.9
        clips = [
            Clip(
                float(s),
                float(s + duration * 0.1),
                duration * 0.01,
                duration * 0.02,
                duration * 0.03 if index % 3 else None,
            )
            for s in starts
        ]
        marks = [
            CutMark(
                100.0 * (k + 1) * 1.7,
                -4.7,
                1.0,
                ((clips[k % per_lane].start, clips[k % per_lane].end),),
                "the gull",
            )
            for k in range(cuts)
        ]
        lanes.append(
            lane(
                f"t{index}", clips, label=LABELS[index % len(LABELS)],
                kind="atmo" if index % 7 == 0 else "object", cuts=tuple(marks), gain=2.0, importance=0.5,
                peaks=rng.random(500), muted=index % 5 == 4, note="no sound was found" * (index % 5 == 4),
                sound="sounds/a/path/that/goes/on/for/ever/and_ever.flac",
            )
        )  # fmt: skip
    return picture(
        *lanes,
        duration=duration,
        tail_from=duration * 0.97,
        room="large, T30 1.8 s",
        master_peaks=rng.random(700),
    )


BUSY = {
    "one": (1, 10.0, {}),
    "three": (3, 0.5, {}),
    "sixteen": (16, 150.0, {"per_lane": 6, "cuts": 9}),
    "sixty-four": (64, 3600.0, {}),
    "too many": (300, 60.0, {"cuts": 1}),
    "many clips": (2, 600.0, {"per_lane": 300, "cuts": 40}),
}


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def rgb(colour):
    return [int(colour[index : index + 2], 16) for index in (1, 3, 5)]


def test_a_clip_spans_its_time_on_the_axis():
    (box,) = layout(picture(lane(clips=[Clip(2.5, 7.5)]))).lanes
    assert box.clips[0].left == pytest.approx(LEFT + 0.25 * (RIGHT - LEFT))
    assert box.clips[0].right == pytest.approx(LEFT + 0.75 * (RIGHT - LEFT))


def test_fades_take_their_time_inside_the_clip():
    clip = layout(picture(lane(clips=[Clip(2.0, 6.0, fade_in=1.0, fade_out=0.5)]))).lanes[0].clips[0]
    assert clip.fade_in_to == pytest.approx(LEFT + 0.30 * (RIGHT - LEFT))
    assert clip.fade_out_from == pytest.approx(LEFT + 0.55 * (RIGHT - LEFT))


def test_a_loop_is_marked_wherever_it_begins_anew():
    clip = layout(picture(lane(clips=[Clip(1.0, 9.0, loop_period=2.5)]))).lanes[0].clips[0]
    assert clip.repeats == pytest.approx([LEFT + share * (RIGHT - LEFT) for share in (0.35, 0.6, 0.85)])


def test_a_loop_that_ends_with_a_whole_period_has_no_mark_at_its_end():
    clip = layout(picture(lane(clips=[Clip(0.0, 10.0, loop_period=2.5)]))).lanes[0].clips[0]
    assert len(clip.repeats) == 3


def test_repeats_too_close_to_be_told_apart_are_counted_instead():
    plan = layout(picture(lane(clips=[Clip(0.0, 10.0, loop_period=0.01)])))
    assert plan.lanes[0].clips[0].repeats == ()
    assert any(
        word.text == "loop × 1e+03, every 0.01 s" or "loop × 1000" in word.text
        for word in plan.lanes[0].words
    )


def test_a_cut_stands_at_its_spans_with_its_words():
    cut = CutMark(570.0, -4.7, 1.0, ((2.0, 3.0), (6.0, 8.0)), "gull")
    (box,) = layout(picture(lane("boat", [Clip(1.0, 9.0)], cuts=(cut,)))).lanes
    expected = [(LEFT + a * (RIGHT - LEFT), LEFT + b * (RIGHT - LEFT)) for a, b in ((0.2, 0.3), (0.6, 0.8))]
    assert np.allclose(box.cuts[0].spans, expected)
    (word,) = [word for word in box.words if "570 Hz" in word.text]
    assert word.text == "570 Hz −4.7 dB against gull"
    assert word.box[2] < LEFT  # in the column, so that no bar runs through it
    assert word.y == box.cuts[0].y
    assert box.clips[0].bottom < word.box[1] < word.box[3] <= box.bottom + 1


def test_a_cut_without_spans_acts_as_long_as_the_clip():
    (box,) = layout(picture(lane(clips=[Clip(1.0, 9.0)], cuts=(CutMark(570.0, -4.7),)))).lanes
    assert np.allclose(box.cuts[0].spans, [(LEFT + 0.1 * (RIGHT - LEFT), LEFT + 0.9 * (RIGHT - LEFT))])


def test_every_cut_has_a_row_of_its_own_the_highest_frequency_on_top():
    cuts = tuple(CutMark(100.0 * k, -3.0, 1.0, ((1.0, 9.0),)) for k in (3, 1, 4, 2))
    (box,) = layout(picture(lane(clips=[Clip(1.0, 9.0)], cuts=cuts))).lanes
    heights = [bars.y for bars in box.cuts]
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 10
    assert box.clips[0].bottom < heights[0] < heights[-1] < box.bottom
    said = sorted((word.y, word.text) for word in box.words if " Hz " in word.text)
    assert [text.split()[0] for _, text in said] == ["400", "300", "200", "100"]
    assert [y for y, _ in said] == heights


def test_a_cut_is_for_a_track_by_its_label():
    lanes = lane("boat", cuts=(CutMark(570.0, -4.7, 1.0, ((2.0, 3.0),), "g1"),)), lane("g1", label="old gull")
    assert any(
        word.text == "570 Hz −4.7 dB against old gull" for word in layout(picture(*lanes)).lanes[0].words
    )


def test_a_bell_for_several_tracks_has_one_row_that_names_them_in_the_order_of_time():
    cuts = tuple(
        CutMark(570.0, -4.7, 1.0, ((float(at), at + 0.5),), whom)
        for at, whom in ((1, "gull"), (3, "dog"), (5, "gull"))
    )
    (box,) = layout(picture(lane("boat", [Clip(1.0, 9.0)], cuts=cuts))).lanes
    assert [len(bars.spans) for bars in box.cuts] == [3]
    assert [word.text for word in box.words if " Hz " in word.text] == ["570 Hz −4.7 dB against gull, dog"]


def test_a_deeper_cut_is_a_thicker_bar():
    cuts = tuple(CutMark(100.0 * k, -float(k), 1.0, ((1.0, 9.0),)) for k in (1, 3, 6))
    (box,) = layout(picture(lane(cuts=cuts))).lanes
    assert [bars.height for bars in box.cuts] == sorted((bars.height for bars in box.cuts), reverse=True)
    assert box.cuts[0].height > box.cuts[2].height


def test_many_cuts_become_hair_lines_and_one_line_of_words():
    cuts = tuple(CutMark(100.0 * k, -k / 10, 1.0, ((1.0, 9.0),)) for k in range(1, 31))
    (box,) = layout(picture(lane(clips=[Clip(1.0, 9.0)], cuts=cuts))).lanes
    assert len({bars.y for bars in box.cuts}) == len(box.cuts) == 30
    assert [word.text for word in box.words if " Hz" in word.text] == [
        "30 cuts, 100 Hz to 3 kHz, down to −3.0 dB"
    ]
    assert box.bottom - box.top < 150


def test_twelve_tracks_with_four_cuts_each_show_all_of_them_in_words_on_a_page_that_is_looked_at():
    plan = layout(busy(12, 60.0, cuts=4))
    assert sum(" Hz −4.7 dB against the gull" in word.text for word in plan.all_words) == 48
    assert plan.height < 2100


def test_where_lanes_are_short_no_cut_is_lost():
    plan = layout(busy(40, 60.0, cuts=4))
    assert all(len({bars.y for bars in box.cuts}) == 4 for box in plan.lanes)
    assert all(any("4 cuts, 170 Hz to 680 Hz" in word.text for word in box.words) for box in plan.lanes)


def test_labelled_ticks_stand_at_the_times_they_name():
    plan = layout(picture(lane(), duration=150.0))
    named = {tick.label: tick.x for tick in plan.ticks if tick.label}
    assert named["1:15"] == pytest.approx((LEFT + RIGHT) / 2)
    assert named["2:30"] == pytest.approx(RIGHT)


@pytest.mark.parametrize("duration", [0.02, 0.5, 1.0, 7.3, 59.9, 60.0, 61.0, 600.0, 3600.0, 86400.0])
def test_ticks_are_round_distinct_and_not_too_close(duration):
    named = [tick for tick in layout(picture(lane(), duration=duration)).ticks if tick.label]
    assert 3 <= len(named) <= 16
    assert len({tick.label for tick in named}) == len(named)
    assert min(b.x - a.x for a, b in itertools.pairwise(named)) >= 80


@pytest.mark.parametrize("name", BUSY)
def test_words_never_overlap_nor_leave_the_page(name):
    count, duration, rest = BUSY[name]
    plan = layout(busy(count, duration, **rest))
    assert plan.height <= TALLEST
    boxes = [(word.box, word.text) for word in plan.all_words if word.text]
    for (left, top, right, bottom), text in boxes:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= plan.width, text
        assert bottom <= plan.height, text
    boxes.sort(key=lambda item: item[0][1])
    for index, (a, first) in enumerate(boxes):
        for b, second in itertools.takewhile(lambda item, low=a[3]: item[0][1] < low, boxes[index + 1 :]):
            apart = (
                a[2] <= b[0] + 0.01 or b[2] <= a[0] + 0.01 or b[1] >= a[3] - 0.25 * (a[3] - a[1])
            )  # the last: descenders may touch capitals' air
            assert apart, (first, second)


@pytest.mark.parametrize("name", BUSY)
def test_the_left_column_stays_left_of_the_clips(name):
    count, duration, rest = BUSY[name]
    for box in layout(busy(count, duration, **rest)).lanes:
        column = [word for word in box.words if word.box[0] < LEFT]
        assert column
        assert all(word.box[2] < LEFT for word in column)


def test_lanes_that_do_not_fit_are_counted():
    plan = layout(busy(300, 60.0, cuts=0))
    assert plan.hidden == 300 - len(plan.lanes) > 0
    assert any(word.text == f"{plan.hidden} more tracks are not drawn" for word in plan.words)


def test_beds_come_last_and_the_rest_keeps_its_order():
    plan = layout(picture(lane("sea", kind="atmo"), lane("gull"), lane("wind", kind="atmo"), lane("boat")))
    assert [box.lane.id for box in plan.lanes] == ["gull", "boat", "sea", "wind"]
    assert [box.colour for box in plan.lanes] == [
        style.TRACKS[0],
        style.TRACKS[1],
        style.BEDS[0],
        style.BEDS[1],
    ]
    assert all(a.bottom < b.top for a, b in itertools.pairwise(plan.lanes))


def test_the_column_says_by_how_much_a_track_is_compressed():
    (box,), (plain,) = (
        layout(picture(lane(importance=0.5, reduction=reduction))).lanes for reduction in (4.26, 0.0)
    )
    assert "importance 0.50 · compressed by 4.3 dB" in {word.text for word in box.words}
    assert not any("compressed" in word.text for word in plain.words)


def test_the_column_says_label_sound_level_and_trim():
    (box,) = layout(picture(lane(sound="freesound:412068", level=-22.84, gain=2.0, importance=0.72))).lanes
    assert {"gull", "freesound:412068", "−22.8 dBFS", "importance 0.72 · trim +2.0 dB"} <= {
        word.text for word in box.words
    }


def test_a_muted_lane_says_why_and_shows_nothing_of_its_colour(tmp_path):
    muted = picture(lane(clips=[Clip(1.0, 9.0)], muted=True, note="no sound was found", peaks=np.ones(100)))
    plan = layout(muted)
    assert any(word.text == "muted: no sound was found" for word in plan.lanes[0].words)
    draw_timeline(muted, tmp_path / "t.png")
    assert not (pixels(tmp_path / "t.png") == rgb(style.TRACKS[0])).all(axis=2).any()
    draw_timeline(
        dataclasses.replace(muted, lanes=(dataclasses.replace(muted.lanes[0], peaks=None),)),
        tmp_path / "u.png",
    )
    assert (tmp_path / "t.png").read_bytes() == (tmp_path / "u.png").read_bytes()


def test_the_title_bar_of_a_clip_covers_exactly_its_columns(tmp_path):
    shown = picture(lane(clips=[Clip(2.5, 7.5)]))
    draw_timeline(shown, tmp_path / "t.png")
    clip = layout(shown).lanes[0].clips[0]
    row = pixels(tmp_path / "t.png")[round(clip.top + clip.header) - 3]
    columns = np.flatnonzero((row == rgb(style.TRACKS[0])).all(axis=1))
    columns = columns[columns > LEFT]
    assert columns[0] == pytest.approx(LEFT + 0.25 * (RIGHT - LEFT), abs=1)
    assert columns[-1] == pytest.approx(LEFT + 0.75 * (RIGHT - LEFT), abs=2)


def test_the_tail_is_shaded_and_named(tmp_path):
    shown = picture(lane(), tail_from=8.0, room="hall")
    plan = layout(shown)
    assert plan.tail == pytest.approx((LEFT + 0.8 * (RIGHT - LEFT), RIGHT))
    assert any(word.text == "only the room rings, 2.00 s" for word in plan.words)
    draw_timeline(shown, tmp_path / "t.png")
    row = pixels(tmp_path / "t.png")[round(plan.lanes[0].bottom) - 4]
    shaded = (row == rgb(style.TAIL)).all(axis=1)
    assert shaded[round(LEFT + 0.83 * (RIGHT - LEFT)) : int(RIGHT) - 4].mean() > 0.95
    assert not shaded[: round(LEFT + 0.79 * (RIGHT - LEFT))].any()


def test_a_quiet_lane_fills_its_height_as_a_loud_one_does():
    peaks = np.array([0.0, 0.5, 1.0, 0.25])
    assert envelope(peaks * 1e-3) == pytest.approx(envelope(peaks))
    assert envelope(peaks).max() == pytest.approx(1.0)


def test_a_single_peak_among_many_columns_is_not_lost():
    peaks = np.zeros(100_000)
    peaks[50_000] = 0.3
    assert np.flatnonzero(envelope(peaks) == 1.0).tolist() == [616]


@pytest.mark.parametrize("peaks", [np.zeros(0), np.zeros(5), np.full(5, np.nan)])
def test_silence_is_a_flat_line(peaks):
    assert not envelope(peaks).any()


def test_measured_text_is_as_wide_as_drawn_text(tmp_path):
    for bold, size, text in (
        (False, 10.5, "570 Hz −4.7 dB against Möwe"),
        (True, 19.0, "Fishing harbour"),
        (False, 8.0, "WAVE a_b $x^2$"),
    ):
        with sheet(600, 60, tmp_path / "w.png") as page:
            page.word(Word(10.0, 30.0, text, size, bold=bold))
        ink = np.argwhere(pixels(tmp_path / "w.png").min(axis=2) < 200)
        assert ink[:, 1].max() - ink[:, 1].min() == pytest.approx(text_width(text, size, bold=bold), abs=3.0)
        assert ink[:, 0].min() >= Word(10.0, 30.0, text, size, bold=bold).box[1] - 1
        assert ink[:, 0].max() <= Word(10.0, 30.0, text, size, bold=bold).box[3] + 1


def test_shortened_text_fits_and_whole_text_stays():
    assert shorten("gull", 12.0, 200.0) == "gull"
    for room in range(10, 120, 7):
        short = shorten("a fishing harbour at dawn", 12.0, room)
        assert text_width(short, 12.0) <= room
        assert not short or short.endswith("…")


def test_what_no_font_can_show_becomes_a_box():
    assert printable("a\U0001f6a2b") == "a□b"
    assert printable("a\tb\x00\u200bc\ufe0f") == "a b c"


def test_a_character_that_only_another_font_has_is_drawn_with_it(tmp_path, monkeypatch):
    caches = (canvas._fallbacks, canvas.text_width)
    monkeypatch.setattr(canvas, "FALLBACKS", ("No Such Font", "STIXGeneral"))
    for cache in caches:
        cache.cache_clear()
    try:
        character = next(
            chr(c)
            for c in sorted(canvas._fallbacks()[0][2] - canvas._characters(bold=False))
            if 0x2000 < c < 0xE000
        )
        assert printable(f"a{character}") == f"a{character}"
        draw_timeline(picture(lane(label=f"a{character}b")), tmp_path / "t.png")
    finally:
        for cache in caches:
            cache.cache_clear()


@pytest.mark.parametrize(
    "shown",
    [
        picture(duration=0.0),
        picture(lane(clips=())),
        picture(lane(clips=[Clip(3.0, 3.0)])),
        picture(lane(level=float("-inf"), pan=3.0)),
        busy(12, 0.5),
    ],
    ids=["empty", "no clip", "no length", "silent", "busy"],
)
def test_the_png_opens_at_the_size_of_the_layout_and_is_the_same_twice(shown, tmp_path):
    draw_timeline(shown, tmp_path / "a.png")
    draw_timeline(shown, tmp_path / "deeper" / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "deeper" / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        image.load()
        assert image.size == (1600, layout(shown).height)
        assert image.info.get("Software") == "imgext"
        assert not [key for key in image.info if "ime" in key.lower() or "date" in key.lower()]


def test_settings_of_matplotlib_neither_change_the_picture_nor_are_changed(tmp_path):
    import matplotlib as mpl

    shown = busy(3, 10.0)
    draw_timeline(shown, tmp_path / "a.png")
    with mpl.rc_context(
        {
            "text.parse_math": True,
            "text.hinting": "force_autohint",
            "path.sketch": (3.0, 10.0, 1.0),
            "savefig.dpi": 200,
            "hatch.linewidth": 5,
        }
    ):
        before = dict(mpl.rcParams)
        draw_timeline(shown, tmp_path / "b.png")
        assert dict(mpl.rcParams) == before
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_an_unwritable_place_is_a_clear_error_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWriteError, match="cannot write here"):
        draw_timeline(picture(lane()), tmp_path / "file" / "t.png")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_importing_the_pictures_imports_no_matplotlib_and_drawing_no_pyplot(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom imgext.report import spectrogram, timeline, lanes\n"
        "assert 'matplotlib' not in sys.modules\n"
        "timeline.draw_timeline(lanes.Picture('t', 1.0, ()), Path(sys.argv[1]))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "t.png")], check=True)


def test_a_lane_says_how_far_its_object_is_and_how_much_of_the_room_it_gets():
    def said(**facts):
        return " ".join(word.text for word in layout(picture(lane(**facts))).lanes[0].words)

    assert "depth 0.5 · send 0.37" in said(depth=0.5, send=0.367)
    assert "send" not in said(send=1.0)
    assert "depth" not in said()


def test_brightness_is_a_step_of_ten_for_each_pixel_and_silence_keeps_that_before():
    # 20 Bark in ten steps: 3 Bark is the second, 9 the fifth, 25 the last
    steps = brightness_steps(np.array([3.0, np.nan, 9.0, 25.0]), 400)
    quarter = len(steps) // 4
    assert [int(steps[index * quarter + quarter // 2]) for index in range(4)] == [1, 1, 4, 9]
    assert not brightness_steps(np.full(4, np.nan), 400).any()


def test_a_bright_sound_has_the_bright_end_of_the_scale(tmp_path):
    found = {}
    for name, bark in (("dark", 1.0), ("bright", 19.5)):
        one = lane(clips=(Clip(0.0, 10.0),), peaks=np.ones(100), brightness=np.full(100, bark))
        draw_timeline(picture(one), tmp_path / f"{name}.png")
        image = pixels(tmp_path / f"{name}.png").astype(int)
        box = layout(picture(one)).lanes[0].clips[0]
        found[name] = image[round((box.top + box.header + box.bottom) / 2) + 5, 900, :3].sum()
    assert found["bright"] > found["dark"] + 200


def test_repeats_too_narrow_to_read_are_one_clip_that_counts_them():
    clips = [Clip(10.0 * index, 10.0 * index + 2.0, take=1 + index % 3) for index in range(300)]
    (heap,) = condensed(clips, 3600.0)
    assert (heap.start, heap.end, heap.times) == (0.0, 2992.0, 300)
    # in two minutes there is room for each
    assert condensed(clips[:12], 120.0) == clips[:12]


def test_a_clip_says_which_take_it_is():
    plan = layout(picture(lane(clips=(Clip(0.0, 3.0, take=1), Clip(5.0, 8.0, take=2)))))
    assert [word.text for word in plan.lanes[0].words if word.text.startswith("take")] == ["take 1", "take 2"]
