"""The figures of the alpha family show what it says of itself."""

import math

import numpy as np
import pytest
import torch

from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.figures import planar_attention
from attnkit.densities.alpha_family.figures.continuous_alpha import HELD, score_variance_for
from attnkit.explore import gallery


def values(name, **changes):
    explorable = gallery()[name]
    return explorable.compute(**explorable.defaults | changes)


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
