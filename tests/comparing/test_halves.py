"""Half seconds of a sound: checksums, levels, and stretches of time."""

from __future__ import annotations

import math
import zlib

import numpy as np

from imgext.comparing.halves import FULL_SCALE, Halves, spans


def test_blocks_of_any_length_give_the_same_half_seconds():
    steps = np.random.default_rng(0).integers(-FULL_SCALE, FULL_SCALE, (2500, 2))
    whole, pieces = Halves(1000), Halves(1000)
    whole.add(steps)
    for begin in range(0, 2500, 333):
        pieces.add(steps[begin : begin + 333])
    assert [half.crc for half in whole.rows()] == [half.crc for half in pieces.rows()]
    assert len(whole.rows()) == 5


def test_a_checksum_is_that_of_the_bytes_a_file_holds():
    halves = Halves(4)
    halves.add(np.array([[1, -1], [256, 0]]))
    assert halves.rows()[0].crc == zlib.crc32(bytes([1, 0, 0, 255, 255, 255, 0, 1, 0, 0, 0, 0]))


def test_a_full_scale_square_wave_reads_0_dbfs_and_silence_has_no_level():
    halves = Halves(4)
    halves.add(np.full((2, 2), FULL_SCALE))
    halves.add(np.zeros((2, 2), np.int64))
    loud, silent = halves.rows()
    assert (loud.level, loud.peak) == (0.0, FULL_SCALE)
    assert (silent.crc, silent.level) == (None, -math.inf)


def test_a_stretch_knows_where_it_is_loudest():
    (span,) = spans([1, FULL_SCALE, 1], 1.5)
    assert (span.begin, span.end, span.peak, span.at) == (0.0, 1.5, 0.0, 0.5)
