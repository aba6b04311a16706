"""Clocks, and the figure that carries a density from one to another."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad, simpson

from attnkit.densities.alpha_family import line
from attnkit.densities.clocks import (
    exponential_clock,
    hesitating_clock,
    n_peaks,
    to_local,
    warped,
)
from attnkit.densities.clocks.figures import time_warping
from attnkit.densities.values.thinned_gesture import fit, kept_samples
from attnkit.explore import gallery


def values(name, **changes):
    explorable = gallery()[name]
    return explorable.compute(**explorable.defaults | changes)


CLOCKS = [exponential_clock(7.0), hesitating_clock(1, 0.3), hesitating_clock(3, 0.9)]


@pytest.mark.parametrize("clock", CLOCKS)
def test_clocks_rise_from_zero_to_one_with_their_slope_and_turn_back(clock):
    times = torch.linspace(0, 1, 101, dtype=torch.float64, requires_grad=True)
    places = clock.to_global(times)
    (slope,) = torch.autograd.grad(places.sum(), times)
    torch.testing.assert_close(slope, clock.slope(times))
    assert (slope > 0).all()
    torch.testing.assert_close(places[[0, -1]].tolist(), [0.0, 1.0], rtol=0, atol=1e-12)
    torch.testing.assert_close(to_local(clock, places.detach()), times.detach(), atol=1e-9, rtol=0)


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_warped_density_keeps_its_mass_with_respect_to_its_base(clock):
    def base(t):
        return (1 + t / 2) / 1.25

    def mass(density):
        return quad(lambda t: (density(t) * base(t)).item(), 0, 1, limit=200)[0]

    local = warped(lambda u: 2 * u, clock, base)
    assert mass(lambda t: local(torch.tensor(t, dtype=torch.float64))) == pytest.approx(
        mass(lambda u: np.float64(2 * u)), rel=1e-8
    )


@pytest.mark.parametrize("bad", [(0, 0.5), (2, 1.0), (2, -0.1)])
def test_a_clock_that_stops_or_turns_back_is_refused(bad):
    with pytest.raises(ValueError, match=r"n_pauses|depth"):
        hesitating_clock(*bad)


def test_peaks_are_counted():
    assert n_peaks(torch.tensor([0.0, 1.0, 1.0, 0.5, 2.0, 2.0])) == 2
    assert n_peaks(torch.tensor([3.0, 1.0, 0.0])) == 1


@pytest.mark.parametrize("clock", time_warping.CLOCKS)
@pytest.mark.parametrize("alpha", [1.0, 2.0])
def test_both_sides_of_the_lemma_agree_with_scipy(clock, alpha):
    chosen = time_warping.clock_named(clock, 0.75)
    numbers = (torch.tensor([x], dtype=torch.float64) for x in (0.4, 0.15, alpha))
    found = time_warping.readings(chosen, time_warping.Bumps(*numbers))
    place, variance = (torch.tensor(x, dtype=torch.float64) for x in (0.4, 0.0225))
    width, value = line.score_variance_from_variance(variance, alpha), fit(*kept_samples(0.4))

    times = torch.linspace(0, 1, 200_001, dtype=torch.float64)
    heights = line.density(times, place, width, alpha).numpy()
    read = value(to_local(chosen, times)).squeeze(-1).numpy()
    total, mass = (simpson(curve, x=times.numpy()) for curve in (heights * read, heights))
    assert found["global"].item() == pytest.approx(total / mass, abs=1e-6)
    assert found["local"].item() == pytest.approx(found["global"].item(), abs=1e-8)
    assert found["mass_local"].item() == pytest.approx(1, abs=1e-8)


def test_one_bump_becomes_several_and_the_exponential_clock_keeps_one():
    shown = values("time-warping", clock="pauses three times")
    assert (shown["peaks_before"], shown["peaks_after"]) == (1, 2)
    assert values("time-warping", clock="exponential")["peaks_after"] == 1
