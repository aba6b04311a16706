"""Clocks and peaks: their inverse, and what they refuse."""

import math

import pytest
import torch

from attnkit.densities.clocks import exponential_clock, hesitating_clock, n_peaks, to_local


@pytest.mark.parametrize("clock", [exponential_clock(3.0), hesitating_clock(2, 0.9)])
def test_to_local_is_the_inverse_in_every_precision(clock):
    times = torch.linspace(0, 1, 13, dtype=torch.float64)
    torch.testing.assert_close(clock.to_global(to_local(clock, times)), times)
    half = to_local(clock, times.half())
    assert half.dtype == torch.float16
    assert torch.equal(half, to_local(clock, times.half().float()).half())


@pytest.mark.parametrize("times", [-0.1, 1.1, math.nan, math.inf])
def test_times_outside_the_unit_interval_are_refused(times):
    with pytest.raises(ValueError, match=r"times must be in \[0, 1\]"):
        to_local(exponential_clock(1.0), torch.tensor([0.5, times]))


def test_whole_numbers_are_no_times_and_halves_no_pauses():
    with pytest.raises(TypeError, match="times"):
        to_local(exponential_clock(1.0), torch.tensor([0, 1]))
    with pytest.raises(TypeError, match="n_pauses must be an integer"):
        hesitating_clock(2.5, 0.5)
    with pytest.raises(ValueError, match=r"n_pauses must be in \[1, 4096\]"):
        hesitating_clock(10**9, 0.5)


def test_peaks_of_what_is_no_curve_are_refused():
    assert n_peaks(torch.tensor([0.0, 1.0, 0.0, 2.0, 2.0, 0.0])) == 2
    with pytest.raises(ValueError, match="heights must hold finite"):
        n_peaks(torch.tensor([0.0, 1.0, 0.0, math.nan, 0.0]))
    with pytest.raises(ValueError, match="heights must hold at least one point"):
        n_peaks(torch.zeros(0))
