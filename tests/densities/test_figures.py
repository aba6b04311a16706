"""The moving figures of this room show what the library computes."""

import math

import numpy as np
import pytest
import torch

from attnkit.densities.alpha_family import line
from attnkit.densities.figures import planar_attention
from attnkit.densities.figures.continuous_alpha import HELD, score_variance_for
from attnkit.densities.figures.finite_entmax import scores_for
from attnkit.densities.finite import entmax
from attnkit.explore import gallery


def values(name, **changes):
    explorable = gallery()[name]
    return explorable.compute(**explorable.defaults | changes)


@pytest.mark.parametrize("rivals", [1, 4, 11, 256])
@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0, 4.0])
def test_row_of_weights_and_its_threshold(alpha, rivals):
    shown = values("finite-entmax", alpha=alpha, temperature=0.5, gap=0.45, rivals=rivals)
    weights = entmax(scores_for(0.45, rivals) / 0.5, alpha)
    count = min(12, rivals + 1)
    np.testing.assert_allclose(shown["weight"][:count], weights[:count])
    assert np.isnan(shown["weight"][count:]).all()
    assert shown["support"] == (weights > 0).sum()
    if alpha == 1:
        assert math.isnan(shown["threshold"])
    else:
        scores = torch.from_numpy(shown["score"][:count])
        lifted = (alpha - 1) * (scores - shown["threshold"]) / 0.5
        rebuilt = lifted.clamp(min=0) ** (1 / (alpha - 1))
        np.testing.assert_allclose(rebuilt, weights[:count], atol=2e-5)


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("alpha", [1.2, 2.0, 3.0])
def test_what_is_held_stays(held, alpha):
    of = {
        "variance": line.variance,
        "score-variance": lambda s, _: s,
        "support": line.half_support,
    }[held]
    parabola = score_variance_for(2.0, held, 1.25)
    moved = score_variance_for(alpha, held, 1.25)
    torch.testing.assert_close(of(moved, alpha), of(parabola, 2.0))


def test_no_gaussian_has_a_support():
    shown = values("continuous-alpha", alpha=1.0, held="support")
    assert np.isnan(shown["density"]).all()
    assert math.isnan(shown["variance"])


@pytest.mark.parametrize("alpha", [1.0, 1.5, 4.0])
def test_density_of_the_signal_figure_has_mass_one(alpha):
    shown = values("signal-attention", alpha=alpha)
    mass = np.trapezoid(shown["profile"] * shown["height"], shown["half_width"] * shown["place"])
    assert mass == pytest.approx(1.0, abs=2e-2)


def test_the_two_changes_differ():
    sparse, gaussian = (values("signal-attention", alpha=a) for a in (2.0, 1.0))
    assert sparse["change_by_function"] == 0.0
    assert abs(gaussian["change_by_function"]) > 1e-3
    assert abs(sparse["change_by_samples"]) > 1e-3


def test_change_is_drawn_only_when_asked():
    for erase in ("nothing", "function", "samples"):
        shown = values("signal-attention", erase=erase)
        assert np.isnan(shown["refitted"]).all() == (erase != "samples")
        assert math.isnan(shown["erased"]) == (erase != "function")


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_every_ellipse_has_the_covariance_that_was_asked_for(alpha):
    density = planar_attention.ellipse(3.0, 5.0, 30.0, 7.0, alpha)
    covariance = density.covariance_matrix
    variances = torch.linalg.eigvalsh(covariance)
    wanted = torch.tensor([3.5**2, 7.0**2], dtype=torch.float64)
    torch.testing.assert_close(variances, wanted)
    long_axis = torch.tensor([np.sqrt(3) / 2, 0.5], dtype=torch.float64)
    torch.testing.assert_close(covariance @ long_axis, 49 * long_axis)


def test_nothing_outside_the_ellipse_is_read():
    values = planar_attention.compute(27.0, 20.0, 60.0, 5.0, 2.0)
    image = planar_attention.photograph()
    density = planar_attention.ellipse(27.0, 20.0, 60.0, 5.0, 2.0)
    wanted = density.expectation(
        lambda t: image[t[..., 1].long().clamp(0, 41), t[..., 0].long().clamp(0, 63), None]
    )
    assert values["context"] == pytest.approx(wanted.value.item(), abs=2e-2)
    assert values["read"] == pytest.approx(np.pi * 5 * 2.5 * 6, rel=0.02)
    assert values["mass"] == pytest.approx(1, abs=1e-3)
