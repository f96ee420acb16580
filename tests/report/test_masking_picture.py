"""Who masks whom, drawn: positions as numbers, then what of it reaches the picture."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image

from imgext.report import style
from imgext.report.lanes import CutMark, Lane, Masking, Meeting, Picture
from imgext.report.masking import (
    APART,
    BACK,
    EDGES,
    FORTH,
    MOST,
    STRIP,
    draw_masking,
    height_of,
    masking_layout,
    shades,
)

LEFT, RIGHT = 344, 1576


def masking(forth=0.0, back=0.0, *, columns=10, band=8, together=None, share=0.5):
    first, second = np.zeros((25, columns)), np.zeros((25, columns))
    first[band], second[band] = forth, back
    there = np.ones(columns, dtype=bool) if together is None else np.array(together)
    total = float(first.sum()), float(second.sum())
    return Masking(
        first,
        second,
        there,
        ((float(np.max(first)), 1000.0), (float(np.max(second)), 1000.0)),
        total,
        share,
        1.2,
    )


def meeting(before, after=None, **rest):
    given = {"first": "rain", "second": "dog", "start": 0.0, "column": 1.0, "seconds": 10.0} | rest
    return Meeting(before=before, after=before if after is None else after, **given)


def picture(count=2):
    return Picture(
        "A test", 10.0, tuple(Lane(f"t{k}", f"t{k}", "object", "builtin:x", 0.0, -25.0) for k in range(count))
    )


def drawn(meetings, path):
    draw_masking(picture(), meetings, path)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def rgb(colour):
    return [int(colour[index : index + 2], 16) for index in (1, 3, 5)]


def said(plan):
    return [word.text for block in plan.blocks for word in block.all_words] + [
        word.text for word in plan.words
    ]


def test_bands_are_equally_high_and_frequencies_lie_linearly_within_them():
    assert [height_of(edge, 0.0) for edge in EDGES] == pytest.approx([STRIP - 3.0 * k for k in range(26)])
    assert height_of(1000.0, 0.0) == pytest.approx(
        STRIP - 3.0 * 8.5
    )  # the middle of the ninth band, 920 to 1080 Hz
    assert height_of(5.0, 0.0) == STRIP
    assert height_of(30000.0, 0.0) == 0.0


def test_more_severe_is_darker_and_both_directions_are_a_mixture_of_their_own():
    ramp = shades(np.linspace(0, 1, 6), np.zeros(6)).astype(int)
    assert (np.diff(ramp.sum(axis=1)) < 0).all()
    assert shades(np.ones(1), np.zeros(1))[0].tolist() == rgb(FORTH)
    assert shades(np.zeros(1), np.ones(1))[0].tolist() == rgb(BACK)
    mixed = shades(np.array([0.5]), np.array([0.5]))[0].astype(int)
    assert mixed.sum() < min(
        shades(np.array([0.5]), np.zeros(1))[0].sum(), shades(np.zeros(1), np.array([0.5]))[0].sum()
    )


def test_each_cell_is_where_its_time_and_band_are(tmp_path):
    """Masking in the ninth band from 3 s to 5 s of 10 s: those pixels alone, three high, in the hue of the
    first sound.
    """
    forth = np.zeros(10)
    forth[3:5] = 1.0
    shown = meeting(masking(forth))
    page = drawn([shown], tmp_path / "m.png")
    top = masking_layout(picture(), [shown]).blocks[0].strips[0].top
    strip = page[round(top) : round(top) + STRIP, LEFT:RIGHT]
    rows, columns = np.nonzero((strip == rgb(FORTH)).all(axis=2))
    assert (rows.min(), rows.max()) == (STRIP - 27, STRIP - 25)
    assert columns.min() == pytest.approx(0.3 * (RIGHT - LEFT), abs=1)
    assert columns.max() == pytest.approx(0.5 * (RIGHT - LEFT), abs=1)
    assert (strip[10, 100] == 255).all()


def test_before_and_after_lie_under_each_other_and_where_they_are_apart_it_is_grey(tmp_path):
    there = [True] * 5 + [False] * 5
    shown = meeting(masking(1.0, together=there), masking(0.0, 1.0, together=there))
    page = drawn([shown], tmp_path / "m.png")
    first, second = masking_layout(picture(), [shown]).blocks[0].strips
    assert second.top >= first.top + STRIP
    for strip, hue in ((first, FORTH), (second, BACK)):
        row = page[round(strip.top) + STRIP - 26]
        assert row[LEFT + 100].tolist() == rgb(hue)
        assert row[RIGHT - 100].tolist() == rgb(APART)


def test_words_say_how_severe_where_and_what_the_cuts_change():
    texts = said(
        masking_layout(picture(), [meeting(masking(0.5, 0.2, share=0.7), masking(0.4, 0.21, share=0.6))])
    )
    assert {
        "rain: 0.50 at 1 kHz",
        "dog: 0.20 at 1 kHz",
        "rain: 0.40 at 1 kHz, in all −20 %",
        "dog: 0.21 at 1 kHz, in all +5 %",
    } <= set(texts)
    assert {"masker in 70 : 30 %, 1.2 changes/s", "masker in 60 : 40 %, 1.2 changes/s"} <= set(texts)
    assert {"before", "after", "rain × dog", "10 s together"} <= set(texts)


def test_what_no_cut_changes_is_drawn_once():
    plan = masking_layout(picture(), [meeting(masking(0.5))])
    assert len(plan.blocks[0].strips) == 1
    assert "before and after: nothing changes it" in said(plan)


def test_equally_important_sounds_are_said_to_be():
    assert any(
        "equally important" in text
        for text in said(masking_layout(picture(), [meeting(masking(0.5), equal=True)]))
    )


def test_cuts_are_lines_at_their_frequency_in_the_lower_strip_while_they_act():
    cut, other = (
        CutMark(1000.0, -6.0, 1.0, ((2.0, 4.0), (20.0, 21.0)), "dog"),
        CutMark(570.0, -3.0, 1.0, ((0.0, 30.0),), "cat"),
    )
    block = masking_layout(
        picture(), [meeting(masking(0.5), masking(0.4), cuts=(cut,), other_cuts=(other,))]
    ).blocks[0]
    width = RIGHT - LEFT
    assert block.cuts == (
        pytest.approx((LEFT + 0.2 * width, LEFT + 0.4 * width, height_of(1000.0, block.strips[1].top))),
    )
    assert block.other_cuts == (pytest.approx((LEFT, RIGHT, height_of(570.0, block.strips[1].top))),)


def test_a_short_meeting_in_a_long_mix_fills_the_width():
    block = masking_layout(picture(), [meeting(masking(0.5), start=600.0, column=0.1)]).blocks[0]
    assert block.ticks[0][1] == "10:00"
    assert block.ticks[0][0] == LEFT
    assert block.ticks[-1][0] == pytest.approx(RIGHT)


@pytest.mark.parametrize(
    ("masked", "quiet", "expected"),
    [
        (MOST, 0, None),
        (MOST + 1, 0, "1 more pair of sounds mask"),
        (MOST + 30, 0, "30 more pairs of sounds mask"),
        (2, 3, "in 3 pairs neither sound masks the other"),
    ],
)
def test_the_worst_eight_are_drawn_and_how_many_are_left_out_is_said(masked, quiet, expected):
    meetings = [meeting(masking(0.5), first=f"a{k}") for k in range(masked)] + [meeting(masking())] * quiet
    plan = masking_layout(picture(), meetings)
    assert [block.words[0].text for block in plan.blocks] == [f"a{k} × dog" for k in range(min(masked, MOST))]
    assert plan.left_out == len(meetings) - len(plan.blocks)
    told = [text for text in said(plan) if "masking.json" in text]
    assert bool(told) == (expected is not None)
    assert not told or expected in told[0]


@pytest.mark.parametrize(
    ("meetings", "text"),
    [([], "no two sounds are heard together"), ([meeting(masking())], "no sound masks another")],
)
def test_where_nothing_is_masked_the_picture_says_so(meetings, text, tmp_path):
    assert text in said(masking_layout(picture(), meetings))
    assert drawn(meetings, tmp_path / "m.png").shape[1] == 1600


def test_a_pair_that_is_heard_together_only_without_the_cuts_is_drawn(tmp_path):
    shown = Meeting("rain", "dog", 0.0, 1.0, 10.0, masking(0.5), None)
    assert "not heard together" in said(masking_layout(picture(), [shown]))
    assert (drawn([shown], tmp_path / "m.png") == rgb(APART)).all(axis=2).any()


@pytest.mark.parametrize("count", [1, 8])
def test_words_stay_on_the_page_and_apart(count):
    long = "a label that goes on and on and on, far beyond any column"
    shown = [
        meeting(
            masking(0.5, 0.4), masking(0.3, 0.2), first=long, second=long[::-1], start=k * 1000.0, equal=True
        )
        for k in range(count)
    ]
    plan = masking_layout(picture(), shown)
    words = [word for block in plan.blocks for word in block.all_words]
    boxes = [word.box for word in (*words, *plan.words) if word.text]
    for box in boxes:
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= plan.width
        assert box[3] <= plan.height
    for a, b in itertools.combinations(boxes, 2):
        slack = 0.25 * (a[3] - a[1])
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] - slack <= b[1] or b[3] - slack <= a[1]
    column = [word for strip in plan.blocks[0].strips for word in strip.words]
    assert max(word.box[2] for word in column) < LEFT - 50


def test_the_picture_is_the_same_twice(tmp_path):
    lot = np.random.Generator(np.random.PCG64(3))
    shown = [meeting(masking(lot.random(40), lot.random(40), columns=40), masking(0.1, columns=40))]
    assert (drawn(shown, tmp_path / "a.png") == drawn(shown, tmp_path / "b.png")).all()
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_heading_is_that_of_the_other_pictures():
    plan = masking_layout(picture(), [meeting(masking(0.5))])
    assert [word.text for word in plan.words[:2]] == ["A test", "who masks whom · 10 s · 2 tracks"]
    assert plan.width == style.WIDTH
