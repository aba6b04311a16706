"""The moving figures on signals show what the library computes."""

import functools
import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from attnkit.densities.alpha_family import line
from attnkit.densities.clocks import (
    exponential_clock,
    hesitating_clock,
    n_peaks,
    to_local,
    warped,
)
from attnkit.densities.figures import attended_gesture, sparse_mixture, time_warping
from attnkit.densities.gesture_query import CENTERS, density_for, energy, similarity
from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.thinned_gesture import fit, kept_samples
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
    found = time_warping.readings(chosen, 0.4, 0.15, alpha)
    place, variance = (torch.tensor(x, dtype=torch.float64) for x in (0.4, 0.0225))
    width, value = line.score_variance_from_variance(variance, alpha), fit(*kept_samples(0.4))

    def height(u, signal):
        u = torch.tensor([u], dtype=torch.float64)
        read = value(to_local(chosen, u)).item() if signal else 1.0
        return line.density(u, place, width, alpha).item() * read

    total, mass = (quad(height, 0, 1, (signal,), limit=400)[0] for signal in (True, False))
    assert found["global"] == pytest.approx(total / mass, abs=1e-6)
    assert found["local"] == pytest.approx(found["global"], abs=1e-8)
    assert found["mass_local"] == pytest.approx(1, abs=1e-8)


def test_one_bump_becomes_several_and_the_exponential_clock_keeps_one():
    shown = values("time-warping", clock="pauses three times")
    assert (shown["peaks_before"], shown["peaks_after"]) == (1, 2)
    assert values("time-warping", clock="exponential")["peaks_after"] == 1


@pytest.mark.parametrize("alpha", sparse_mixture.ALPHAS)
@pytest.mark.parametrize("components", [2.0, 3.0])
def test_the_mixture_never_earns_more_than_the_density_of_the_score(alpha, components):
    for separation in sparse_mixture.SEPARATIONS:
        shown = values("sparse-mixture", components=components, separation=separation, alpha=alpha)
        assert shown["earned_kernel"] > shown["earned_mixture"]


@pytest.mark.parametrize("alpha", sparse_mixture.ALPHAS)
def test_the_density_of_the_score_is_the_kernel_density(alpha):
    shown = values("sparse-mixture", components=3.0, alpha=alpha)
    centers, heights = sparse_mixture.hills(3, 0.22, 0.85, 8.0)
    kernel = functools.partial(gaussian, width=sparse_mixture.WIDTH)
    exact = KernelDensity(heights, centers, kernel, alpha)
    np.testing.assert_allclose(
        shown["kernel"], exact.prob(torch.from_numpy(shown["time"])), atol=1e-3
    )
    middle = torch.tensor([shown["middle"]], dtype=torch.float64)
    assert shown["between_kernel"] == pytest.approx(exact.prob(middle).item(), abs=1e-3)
    if alpha > 1:
        assert shown["threshold"] == pytest.approx(exact.threshold.item(), abs=1e-3)


def test_components_touch_the_hills_and_leave_a_hole_between_them():
    centers, heights = sparse_mixture.hills(2, 0.3, 0.7, 8.0)
    mixture = sparse_mixture.mixture_for(centers, heights, 2.0)
    half = mixture.component_distribution.support_half_widths.squeeze(-1)
    torch.testing.assert_close(half, (1.5 * sparse_mixture.WIDTH**2 / heights) ** (1 / 3))
    shown = values("sparse-mixture", separation=0.3, ratio=0.7)
    assert shown["between_mixture"] == 0
    assert shown["first_mixture"] == pytest.approx(0.5, abs=1e-4)
    assert shown["first_kernel"] > 0.6


def test_a_low_hill_gets_nothing_from_the_kernel_and_half_from_the_mixture():
    shown = values("sparse-mixture", ratio=0.4, size=16.0, separation=0.3)
    assert shown["first_kernel"] == pytest.approx(1)
    assert shown["first_mixture"] == pytest.approx(0.5, abs=1e-4)


def test_the_score_takes_the_similarities_at_the_centers():
    value = fit(*kept_samples(0.4))
    wanted = 30 * similarity(value, 0.35, CENTERS)
    torch.testing.assert_close(density_for(wanted, 2.0).score(CENTERS), wanted)
    at_query = similarity(value, 0.35, torch.tensor([0.35, 0.1], dtype=torch.float64))
    assert at_query[0].abs() < 1e-12
    assert at_query[1] < -1e-2


def test_energy_is_that_of_the_moving_part():
    value = fit(*kept_samples(0.4))
    moving, resting = energy(value, torch.tensor([0.36, 0.1], dtype=torch.float64))
    assert moving > 100 * resting


@pytest.mark.parametrize("query", attended_gesture.QUERIES)
def test_the_gesture_is_read_inside_the_intervals_alone(query):
    shown = values("attended-gesture", query=query)
    starts, ends = shown["support"].reshape(-1, 3)[:, :2].T
    inside = ((shown["time"] >= starts[:, None]) & (shown["time"] <= ends[:, None])).any(0)
    np.testing.assert_array_equal(inside, shown["sparse"] > 0)
    mass = np.trapezoid(shown["sparse"], shown["time"])
    context = np.trapezoid(shown["sparse"] * shown["signal"], shown["time"]) / mass
    assert shown["context"] == pytest.approx(context, abs=2e-2)
    assert math.isnan(shown["query"]) == (query == attended_gesture.MOVEMENT)
    assert (shown["dense"] > 0).all()


def test_a_drop_is_found_in_several_places():
    shown = values("attended-gesture", query="drop")
    assert shown["n_intervals"] >= 3
    assert shown["read"] < 0.3


def test_one_of_the_drops_is_an_invention_of_the_fit():
    def drops(share):
        starts, ends = (
            values("attended-gesture", query="drop", share=share)["support"].reshape(-1, 3)[:, :2].T
        )
        return ((starts < 0.56) & (ends > 0.56)).any()

    assert drops(0.2)
    assert not drops(0.4)
    times, samples = kept_samples(0.2)
    assert not ((times > 0.563) & (times < 0.619)).any()
    fine = torch.linspace(0.563, 0.619, 50, dtype=torch.float64)
    assert fit(times, samples)(fine).min() < 0.65
    recorded, heights = kept_samples(1.0)
    assert heights[(recorded > 0.563) & (recorded < 0.619)].max() > 1.5
