"""Scales are looked at beside each other, and nothing of it shows in what is seen."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from imgext.picture.offline import evidence, network, threads, weights
from imgext.picture.photo import SCALES, network_input


def test_the_linear_algebra_has_one_thread_within_and_as_many_as_before_afterwards():
    switch = threads._switch()
    if switch is None:
        pytest.skip("numpy is built with another library than OpenBLAS")
    _, get = switch
    before = get()
    with threads.one_thread_each():
        assert get() == 1
    assert get() == before


def test_threads_are_given_back_after_an_error():
    switch = threads._switch()
    if switch is None:
        pytest.skip("numpy is built with another library than OpenBLAS")
    before = switch[1]()
    with pytest.raises(RuntimeError), threads.one_thread_each():
        raise RuntimeError
    assert switch[1]() == before


def test_another_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(threads, "_switch", lambda: None)
    with threads.one_thread_each():
        pass


def test_scales_beside_each_other_are_what_they_are_one_after_the_other():
    rng = np.random.Generator(np.random.PCG64(5))
    picture = Image.fromarray(rng.integers(0, 256, (60, 90, 3), dtype=np.uint8)).resize((300, 200))
    beside = evidence.look(picture, weights.load())
    one_by_one = evidence.from_features(
        {scale: network.features(network_input(picture, scale), weights.load()) for scale in SCALES},
        weights.load(),
    )
    assert list(beside.cells) == list(one_by_one.cells) == list(SCALES)
    assert np.allclose(beside.peaks, one_by_one.peaks, atol=1e-3)
    assert all(np.allclose(beside.maps[key], one_by_one.maps[key], atol=1e-4) for key in one_by_one.maps)
