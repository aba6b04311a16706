"""The threshold of a row, of fewer keys, and of normal scores."""

import pytest
import torch

from attnkit.densities import entmax
from attnkit.selection import gaussian_threshold, support_threshold


def rows(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("alpha", [1.05, 1.5, 2.0, 3.0])
def test_weights_are_the_power_of_what_exceeds_it(alpha):
    scores = rows(5, 13)
    above = (alpha - 1) * (scores - support_threshold(scores, alpha)[:, None])
    torch.testing.assert_close(above.clamp_min(0) ** (1 / (alpha - 1)), entmax(scores, alpha))


def test_fewer_keys_never_have_a_higher_threshold():
    scores = rows(53, 13)
    whole = support_threshold(scores)
    for seed in range(5):
        mask = rows(53, 13, seed=seed) > -1
        mask[:, 0] = True
        assert (support_threshold(scores, mask=mask) <= whole + 1e-12).all()


def test_its_derivative_and_rows_of_nothing():
    scores = rows(3, 7).requires_grad_()
    mask = torch.ones(3, 7, dtype=torch.bool)
    mask[1] = False
    assert torch.autograd.gradcheck(lambda z: support_threshold(z, 1.5, mask), scores)
    assert support_threshold(scores, mask=mask)[1] == 0
    hidden = scores.detach().masked_fill(~mask, torch.nan)
    torch.testing.assert_close(
        support_threshold(hidden, mask=mask), support_threshold(scores, mask=mask).detach()
    )


@pytest.mark.parametrize("n_keys", [1, 16, 183, 100_000])
def test_a_normal_row_has_this_threshold_in_the_mean(n_keys):
    """By a sum over a fine grid of the density in place of the closed form."""
    mean = torch.tensor([0.3, -2.0, 0.0, 1.0], dtype=torch.float64)
    spread = torch.tensor([0.5, 1.0, 3.0, 20.0], dtype=torch.float64)
    found = gaussian_threshold(mean, spread, n_keys)
    x = torch.linspace(-12, 12, 240_001, dtype=torch.float64)[:, None]
    density = (-(x**2) / 2).exp() * 1e-4 / (2 * torch.pi) ** 0.5
    squares = ((mean + spread * x - found) / 2).clamp_min(0) ** 2
    torch.testing.assert_close(
        (squares * density).sum(0), torch.full_like(mean, 1 / n_keys), rtol=1e-4, atol=0
    )


def test_equal_scores_and_many_normal_ones():
    equal = gaussian_threshold(torch.tensor([0.3]), torch.tensor([0.0]), 16)
    torch.testing.assert_close(equal, support_threshold(torch.full((1, 16), 0.3)))
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(5, 100_000, generator=generator)
    wanted = gaussian_threshold(torch.zeros(5), torch.ones(5), 100_000)
    torch.testing.assert_close(support_threshold(scores), wanted, atol=0.2, rtol=0)
