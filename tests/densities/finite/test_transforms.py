"""The finite densities under torch.compile and the function transforms."""

import pytest
import torch
from torch.func import hessian, jacfwd, jacrev, jvp, vjp, vmap

import attnkit
from tests.densities.finite.compiled_cases import CASES
from tests.densities.finite.reference import ALPHAS, rows

# Forward derivatives make torch import a module of its own that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")


def double(*shape, seed=0):
    return rows(*shape, seed=seed, dtype=torch.float64)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_vmap_equals_the_batched_call(alpha):
    scores = double(5, 3, 7)
    for dim in (0, 1, 2):
        expected = attnkit.entmax(scores.movedim(dim, 0), alpha).movedim(0, dim)
        mapped = vmap(lambda z: attnkit.entmax(z, alpha), in_dims=dim, out_dims=dim)(scores)
        assert torch.allclose(mapped, expected, atol=1e-12)
    nested = vmap(vmap(lambda z: attnkit.entmax(z, alpha)))(scores)
    assert torch.allclose(nested, attnkit.entmax(scores, alpha), atol=1e-12)


def test_vmap_over_alpha_alone_and_over_both():
    scores, alphas = double(7), torch.tensor(ALPHAS, dtype=torch.float64)
    expected = torch.stack([attnkit.entmax(scores, alpha) for alpha in ALPHAS])
    alone = vmap(lambda a: attnkit.entmax(scores, a))(alphas)
    both = vmap(attnkit.entmax)(scores.expand(len(ALPHAS), 7), alphas)
    assert torch.allclose(alone, expected, atol=1e-9)
    assert torch.allclose(both, expected, atol=1e-9)


def test_vmap_over_masks():
    scores, masks = double(7), double(5, 7) > 0
    mapped = vmap(lambda mask: attnkit.sparsemax(scores, mask=mask))(masks)
    assert torch.allclose(mapped, attnkit.sparsemax(scores.expand(5, 7), mask=masks))


@pytest.mark.parametrize("alpha", ALPHAS)
def test_jacobians_agree_forward_and_backward(alpha):
    scores = double(5, seed=3)
    order = torch.tensor(alpha, dtype=torch.float64)
    backward = jacrev(attnkit.entmax, argnums=(0, 1))(scores, order)
    forward = jacfwd(attnkit.entmax, argnums=(0, 1))(scores, order)
    for one, other in zip(backward, forward, strict=True):
        assert torch.allclose(one, other, atol=1e-10)
    by_score = backward[0]
    assert torch.allclose(by_score, by_score.T, atol=1e-10)
    assert by_score.sum(-1).abs().max() < 1e-10


@pytest.mark.parametrize("alpha", [1.0, 1.3, 1.5, 2.0])
def test_per_sample_hessians(alpha):
    scores = double(3, 5)

    def energy(z):
        return (attnkit.entmax(z, alpha) ** 2).sum()

    together = vmap(hessian(energy))(scores)
    assert torch.allclose(together[1], hessian(energy)(scores[1]), atol=1e-12)


def test_jvp_and_vjp_with_alpha_per_head():
    scores, alpha = double(2, 3, 5), torch.tensor([1.0, 1.5, 2.0]).double().reshape(3, 1, 1)[:, 0]
    tangents = (double(2, 3, 5, seed=1), double(3, 1, seed=2))
    weights, tangent = jvp(attnkit.entmax, (scores, alpha), tangents)
    cotangent = double(2, 3, 5, seed=4)
    gradients = vjp(attnkit.entmax, scores, alpha)[1](cotangent)
    assert torch.equal(weights, attnkit.entmax(scores, alpha))
    paired = sum((g * t).sum() for g, t in zip(gradients, tangents, strict=True))
    assert torch.allclose((tangent * cotangent).sum(), paired)


def test_nan_stays_in_its_row_under_vmap():
    scores = double(3, 5)
    scores[1, 2] = torch.nan
    for alpha in ALPHAS:
        weights = vmap(lambda z, alpha=alpha: attnkit.entmax(z, alpha))(scores)
        assert weights[1].isnan().all()
        assert torch.allclose(weights[[0, 2]], attnkit.entmax(scores[[0, 2]], alpha))


def test_shapes_are_still_checked_under_vmap():
    with pytest.raises(ValueError, match="alpha must broadcast"):
        vmap(lambda z: attnkit.entmax(z, torch.ones(2, 2)))(double(3, 5))


@pytest.mark.parametrize("name", [case.__name__ for case in CASES])
def test_compiled_without_graph_breaks(name, plain_python):
    plain_python.run(f"from tests.densities.finite.compiled_cases import {name}\n{name}()")
