"""The figures of several hills: a sparse mixture, and a gesture that is asked for a piece."""

import functools
import math

import numpy as np
import pytest
import torch

from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.figures import attended_gesture, sparse_mixture
from attnkit.densities.kernel.gesture_query import CENTERS, density_for, energy, similarity
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.values.thinned_gesture import fit, kept_samples
from attnkit.explore import gallery


def values(name, **changes):
    explorable = gallery()[name]
    return explorable.compute(**explorable.defaults | changes)


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
