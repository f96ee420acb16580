"""Limits on what cuts take, and the order of loudness."""

import math

import numpy as np
from support.planned import placed
from support.signals import RATE

from imgext.dsp.bark import hop
from imgext.dsp.cuts import Bell, cut_power
from imgext.mix.unmask.guards import Limits, Order, within_guards
from imgext.mix.unmask.ledger import Ledger, Toll
from imgext.mix.unmask.planner import Settings


def test_limits():
    limits = Limits(drop=2.0, drop_important=1.5)
    good = Toll(1.0, 1.4, 4.0, -0.4, 60.0)
    assert limits.allow(good, 0.9)
    assert limits.allow(good._replace(drop=1.9), 0.69)
    assert not limits.allow(good._replace(drop=1.9), 0.7)
    assert not limits.allow(good._replace(drop=2.1), 0.0)
    assert not limits.allow(good._replace(distance=4.6), 0.0)
    assert not limits.allow(good._replace(shift=-0.6), 0.0)


def test_no_pair_changes_its_order():
    order = Order([60.0, 61.0, 70.0, -math.inf])
    assert order.keeps(0, 60.9)
    assert not order.keeps(0, 61.5)
    order.set(1, 62.0)
    assert order.keeps(0, 61.5)
    assert not order.keeps(2, 61.9)


def test_equally_loud_tracks_have_no_order():
    assert Order([60.0, 60.01]).keeps(0, 61.0)
    assert not Order([60.0, 60.03]).keeps(0, 60.02)


def test_guards_make_all_bells_shallower_by_one_factor_or_drop_them():
    track = placed("a", np.full((200, 25), 1e6), 0.2)
    mine = Ledger(track.at, track.power, RATE, "rms")
    settings = Settings(RATE, 20 * RATE)
    spans = ((0.0, 200 * hop(RATE) / RATE),)
    bells = [Bell(150, -5.0, 1.0, spans), Bell(1000, -2.5, 1.0, spans), Bell(5800, -5.0, 1.0, spans)]
    free = within_guards(bells, track, 0, mine, Order([mine.loudness]), Limits(drop=9.0), settings)
    assert free == bells
    tight = within_guards(bells, track, 0, mine, Order([mine.loudness]), Limits(drop=0.5), settings)
    assert mine.weigh(cut_power(tight, track.at, RATE)).drop <= 0.5
    assert [round(bell.gain_db / was.gain_db, 2) for bell, was in zip(tight, bells, strict=True)] == [
        round(tight[0].gain_db / -5.0, 2)
    ] * 3
    assert within_guards(bells, track, 0, mine, Order([mine.loudness]), Limits(drop=0.0), settings) == []
