"""The figure of the first page: what it reads are expectations, what it sees is a support."""

import math

import numpy as np
import pytest
import torch

from attnkit.densities import BetaGaussian
from attnkit.densities.alpha_family.figures.one_idea import ONE_IDEA, value_at


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("temperature", [0.4, 2.8])
def test_what_is_read_is_the_expectation_under_the_library_s_density(alpha, temperature):
    found = ONE_IDEA.compute(query=0.37, temperature=temperature, alpha=alpha)
    places = torch.linspace(-2.63, 3.37, 60_001, dtype=torch.float64)
    variance = torch.tensor([[temperature * 0.01]], dtype=torch.float64)
    density = BetaGaussian(torch.tensor([0.37]).double(), variance, alpha=alpha)
    heights = density.log_prob(places[:, None]).exp()
    assert heights.mean() * 6 == pytest.approx(1, abs=1e-3)
    wanted = (heights @ value_at(places)) / heights.sum()
    assert found["context"] == pytest.approx(wanted.item(), abs=1e-4)


def test_softmax_damps_each_wave_by_its_gaussian_factor():
    found = ONE_IDEA.compute(query=0.2, temperature=1.0, alpha=1.0)
    waves = [math.exp(-((2 * math.pi * rate * 0.1) ** 2) / 2) for rate in (1, 3, 5)]
    wanted = value_at(torch.tensor(found["time"]), waves)
    np.testing.assert_allclose(found["means"], wanted, atol=1e-6)


@pytest.mark.parametrize("alpha", [1.25, 2.0, 3.0])
def test_the_score_crosses_its_threshold_at_the_ends_of_the_support(alpha):
    found = ONE_IDEA.compute(query=0.5, temperature=0.8, alpha=alpha)
    assert found["slope"] * found["edges"][1] ** 2 == pytest.approx(found["threshold"])
    assert np.isclose(found["unit"], found["edges"][1]).any()
    inside = np.abs(found["unit"]) < found["edges"][1] * (1 - 1e-9)
    assert (found["profile"][inside] > 0).all()
    assert (found["profile"][~inside] == 0).all()


def test_a_low_temperature_reads_the_place_and_a_high_one_no_detail():
    low, high = (ONE_IDEA.compute(query=0.27, temperature=t, alpha=1.0) for t in (0.4, 4.0))
    assert abs(low["context"] - low["here"]) < abs(high["context"] - high["here"])
    assert np.ptp(high["means"]) < np.ptp(low["means"]) < np.ptp(low["value"])
