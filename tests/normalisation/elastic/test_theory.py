"""The two shares of normal scores against quadrature, and against many scores."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from attnkit.normalisation import elastic_softmax
from attnkit.normalisation.elastic.theory import share_of_zeros, sum_of_weights

CASES = [(s, tau) for s in (0.3, 1.0, 2.5) for tau in (-2.0, -1.0, -0.3, 0.0, 0.4)]


def single(number):
    return torch.tensor([number], dtype=torch.float64)


@pytest.mark.parametrize(("spread", "offset"), CASES)
def test_both_equal_their_integrals(spread, offset):
    def kept(z):
        return max(0.0, math.exp(spread * z - spread**2 / 2) + offset) * stats.norm.pdf(z)

    if offset < 0:
        kink = spread / 2 + math.log(-offset) / spread
        dropped, _ = integrate.quad(stats.norm.pdf, -np.inf, kink)
        total, _ = integrate.quad(kept, kink, kink + 40)
    else:
        dropped, total = 0.0, 1 + offset
    assert share_of_zeros(single(spread), offset).item() == pytest.approx(dropped, abs=1e-9)
    assert sum_of_weights(single(spread), offset).item() == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize("offset", [-2.0, -1.0, -0.3, 0.0, 0.4])
def test_at_no_spread_a_row_of_equal_scores(offset):
    weights = elastic_softmax(torch.zeros(7, dtype=torch.float64), offset)
    zero = single(0.0)
    assert share_of_zeros(zero, offset).item() == (weights == 0).double().mean().item()
    assert sum_of_weights(zero, offset).item() == pytest.approx(weights.sum().item())


def test_at_minus_one_the_sum_is_twice_the_zeros_less_one():
    spread = torch.linspace(0.1, 4, 13, dtype=torch.float64)
    torch.testing.assert_close(sum_of_weights(spread), 2 * share_of_zeros(spread) - 1)


def test_many_scores_come_near():
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(31, 10_007, generator=generator, dtype=torch.float64)
    for spread, offset in ((0.5, -1.0), (1.2, -0.4), (1.0, -1.7)):
        weights = elastic_softmax(spread * scores, offset)
        zeros, total = (weights == 0).double().mean(), weights.sum(-1).mean()
        assert zeros.item() == pytest.approx(
            share_of_zeros(single(spread), offset).item(), abs=5e-3
        )
        assert total.item() == pytest.approx(
            sum_of_weights(single(spread), offset).item(), abs=5e-3
        )


@pytest.mark.parametrize("shares", [share_of_zeros, sum_of_weights])
def test_wrong_input_is_named(shares):
    with pytest.raises(ValueError, match=r"spread must be .*-1"):
        shares(torch.tensor([-1.0]))
    with pytest.raises(ValueError, match=r"offset must be .*nan"):
        shares(torch.ones(2), math.nan)
    assert shares(torch.ones(2, 0)).shape == (2, 0)
