"""Random features: mean, variance, orthogonal directions, and attention by them."""

import math

import pytest
import torch

from attnkit.linear_time import performer
from attnkit.linear_time.performer import (
    hyperbolic_features,
    independent_directions,
    orthogonal_directions,
    performer_attention,
    positive_features,
)
from attnkit.linear_time.performer.claims import estimated
from attnkit.linear_time.performer.theory import hyperbolic_variance, positive_variance

FORMS = (
    performer_attention,
    performer.recurrent_performer_attention,
    performer.parallel_performer_attention,
)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def tokens(*shape, dtype=torch.float64, seed=0):
    drawn = [
        torch.randn(*shape, n, generator=seeded(seed + n), dtype=torch.float64) for n in (3, 5)
    ]
    keys = torch.randn(*shape, 3, generator=seeded(seed + 1), dtype=torch.float64)
    return [drawn[0].to(dtype), keys.to(dtype), drawn[1].to(dtype)]


def test_features_by_the_formula_one_by_one():
    x, directions = tokens(2, 7)[0], independent_directions(5, 3, generator=seeded())
    made, both = positive_features(x, directions), hyperbolic_features(x, directions)
    for a, w in enumerate(directions):
        damped = (-(x**2).sum(-1) / 2).exp()
        torch.testing.assert_close(made[..., a], (x @ w).exp() * damped / math.sqrt(5))
        torch.testing.assert_close(both[..., a], (x @ w).exp() * damped / math.sqrt(10))
        torch.testing.assert_close(both[..., 5 + a], (-(x @ w)).exp() * damped / math.sqrt(10))


@pytest.mark.parametrize(("n", "d"), [(1, 3), (3, 3), (7, 3), (5, 1), (4, 11)])
def test_blocks_are_orthogonal_and_each_direction_is_normal(n, d):
    made = orthogonal_directions(n, d, generator=seeded())
    assert made.shape == (n, d)
    for start in range(0, n, d):
        block = made[start : start + d]
        products = block @ block.mT
        assert (products - products.diagonal().diag()).abs().max() < 1e-10


def test_one_direction_of_a_block_is_a_standard_normal_vector():
    """Mean zero, unit covariance, fourth moment three: uniform turning and lengths of chi."""
    draws = [orthogonal_directions(3, 3, generator=seeded(i))[1] for i in range(4000)]
    drawn = torch.stack(draws)
    assert drawn.mean(0).abs().max() < 0.08
    assert (drawn.mT @ drawn / 4000 - torch.eye(3)).abs().max() < 0.1
    assert (drawn**4).mean(0).sub(3).abs().max() < 0.6


@pytest.mark.claim("random-features-variance")
@pytest.mark.parametrize("seed", [1, 2])
def test_the_mean_is_the_kernel_and_the_variance_its_law(seed):
    independent, opposite, orthogonal = (
        estimated(kind, 1.0, seed=seed) for kind in ("independent", "with opposites", "orthogonal")
    )
    for drawn in (independent, opposite, orthogonal):
        assert float(drawn.mean()) == pytest.approx(1, abs=5 * drawn.std().item() / 4000**0.5)
    assert float(independent.var()) == pytest.approx(positive_variance(1.0, 16), rel=0.25)
    assert float(opposite.var()) == pytest.approx(hyperbolic_variance(1.0, 16), rel=0.25)
    assert orthogonal.var() < independent.var()


@pytest.mark.claim("random-features-variance")
def test_an_opposite_pair_costs_nothing_and_a_long_sum_everything():
    query = torch.randn(1, 5, generator=seeded(), dtype=torch.float64)
    directions = independent_directions(3, 5, generator=seeded())
    made = positive_features(query, directions) @ positive_features(-query, directions).mT
    torch.testing.assert_close(made, (-(query @ query.mT)).exp())
    assert positive_variance(0.0, 7) == hyperbolic_variance(0.0, 7) == 0
    for length in (0.1, 1.0, 3.0):
        ratio = hyperbolic_variance(length, 7) / positive_variance(length, 7)
        assert ratio == pytest.approx(1 - math.exp(-length))


@pytest.mark.parametrize("form", FORMS)
def test_with_many_directions_it_is_softmax(form):
    whole = [t / 2 for t in tokens(2, 7)]
    directions = orthogonal_directions(6000, 3, generator=seeded())
    wanted = torch.nn.functional.scaled_dot_product_attention(*whole, is_causal=True)
    assert (form(*whole, directions=directions)[0] - wanted).abs().max() < 0.05


@pytest.mark.parametrize("form", FORMS)
def test_the_weights_are_the_features_products(form):
    q, k, v = tokens(9)
    directions = independent_directions(5, 3, generator=seeded())
    made = [positive_features(x / 3**0.25, directions) for x in (q, k)]
    weights = (made[0] @ made[1].mT).tril()
    wanted = weights @ v / weights.sum(-1, keepdim=True)
    torch.testing.assert_close(form(q, k, v, directions=directions)[0], wanted)


@pytest.mark.parametrize("form", FORMS)
def test_masked_nan_half_and_autocast(form):
    whole, mask = tokens(2, 9, dtype=torch.float32), torch.ones(2, 9, dtype=torch.bool)
    mask[0, 3:6] = False
    mask[1] = False
    leaves = [t.masked_fill(~mask[..., None], torch.nan).requires_grad_() for t in whole]
    output, _ = form(*leaves, mask=mask)
    output.square().sum().backward()
    torch.testing.assert_close(
        output[:1, mask[0]].detach(), form(*(t[:1, mask[0]] for t in whole))[0]
    )
    assert not output[~mask].any()
    assert all(leaf.grad.isfinite().all() for leaf in leaves)
    halved = form(*(t.half() for t in whole))[0]
    assert halved.dtype == torch.float16
    torch.testing.assert_close(halved.float(), form(*whole)[0], atol=0.02, rtol=0.02)
    with torch.autocast("cpu", torch.bfloat16):
        mixed = form(*whole)[0]
    assert torch.equal(mixed, form(*whole)[0])


@pytest.mark.parametrize("form", FORMS)
def test_long_tokens_and_refusals(form):
    q, k, v = tokens(5, dtype=torch.float32)
    assert form(100 * q, k, v)[0].isfinite().all()
    with pytest.raises(ValueError, match="directions must hold at least one"):
        form(q, k, v, directions=torch.zeros(0, 3))
    with pytest.raises(ValueError, match="at least one feature"):
        form(q[:, :0], k[:, :0], v)
    with pytest.raises(ValueError, match="at least one token"):
        form(q[:0], k[:0], v[:0])


def test_derivatives():
    leaves = [t.requires_grad_() for t in tokens(5)]
    assert torch.autograd.gradcheck(lambda *t: performer_attention(*t)[0], leaves)
