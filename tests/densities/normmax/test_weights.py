"""Normmax against an optimiser, a bracketed root and its limits; its gradients; every edge."""

import entmax as peer
import numpy as np
import pytest
import torch
from scipy.optimize import brentq, minimize

from attnkit.densities import sparsemax
from attnkit.densities.normmax import normmax_weights
from tests.densities.shared.every_edge import assert_edges, rows


def by_root(scores, alpha):
    """Brent's method on the norm, in plain numbers."""
    best, dual = max(scores), alpha / (alpha - 1)

    def excess(depth):
        return sum(max(z - best + depth, 0.0) ** dual for z in scores) - 1

    found = best - brentq(excess, 0.0, 2.0, xtol=1e-16, rtol=1e-15)
    shares = np.array([max(z - found, 0.0) ** (1 / (alpha - 1)) for z in scores])
    return shares / shares.sum()


def by_optimiser(scores, alpha):
    """A general solver of smooth problems under constraints."""
    return minimize(
        lambda p: (np.abs(p) ** alpha).sum() ** (1 / alpha) - p @ scores,
        np.full(len(scores), 1 / len(scores)),
        bounds=[(0, 1)] * len(scores),
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    ).x


@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("n_keys", [1, 2, 13, 211])
def test_is_the_root_of_the_norm(alpha, n_keys):
    for row in rows(5, n_keys) / 2:
        wanted = by_root(row.tolist(), alpha)
        found = normmax_weights(row, alpha).numpy()
        np.testing.assert_allclose(found, wanted, atol=1e-9)


@pytest.mark.parametrize("alpha", [1.2, 1.5, 2.0, 3.0])
def test_is_what_an_optimiser_finds(alpha):
    for row in rows(3, 7) / 3:
        found = normmax_weights(row, alpha).numpy()
        np.testing.assert_allclose(found, by_optimiser(row.numpy(), alpha), atol=1e-5)


@pytest.mark.parametrize("alpha", [1.2, 1.5, 2.0, 3.0])
def test_it_is_the_map_of_the_entmax_package(alpha):
    scores = rows(31, 13) / 2
    wanted = peer.normmax_bisect(scores, alpha=alpha, n_iter=80)
    torch.testing.assert_close(normmax_weights(scores, alpha), wanted, atol=1e-6, rtol=0)


@pytest.mark.parametrize("alpha", [1 + 1e-9, 1.001, 1.5, 2.0, 7.0, 1e5])
@pytest.mark.parametrize("spread", [0.0, 1e-9, 1.0, 1e9, 1e300])
def test_it_is_a_density_at_every_alpha(alpha, spread):
    weights = normmax_weights(spread * rows(5, 13), alpha)
    torch.testing.assert_close(weights.sum(-1), torch.ones(5, dtype=torch.float64))
    assert (weights >= 0).all()


def test_equal_scores_share_equally():
    for alpha in (1.01, 2.0, 99.0):
        torch.testing.assert_close(
            normmax_weights(torch.zeros(13), alpha), torch.full((13,), 1 / 13)
        )


def test_towards_one_the_best_key_has_all_and_far_above_sparsemax_s_keys_are_equal():
    scores = rows(31, 17) / 3
    best = torch.nn.functional.one_hot(scores.argmax(-1), 17).double()
    torch.testing.assert_close(normmax_weights(scores, 1.0001), best, atol=1e-3, rtol=0)
    kept = (sparsemax(scores) > 0).double()
    even = kept / kept.sum(-1, keepdim=True)
    torch.testing.assert_close(normmax_weights(scores, 1e5), even, atol=1e-3, rtol=0)


@pytest.mark.parametrize("alpha", [1.3, 2.0, 3.0])
def test_first_and_second_derivatives(alpha):
    scores = (rows(2, 5) / 3).requires_grad_()
    assert torch.autograd.gradcheck(lambda z: normmax_weights(z, alpha), (scores,))
    assert torch.autograd.gradgradcheck(lambda z: normmax_weights(z, alpha), (scores,))
    alphas = torch.tensor([[1.3], [2.7]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(normmax_weights, (scores, alphas))


def test_edges():
    assert_edges(normmax_weights)


def test_any_dimension():
    scores = rows(3, 5, 7)
    moved = normmax_weights(scores.movedim(-1, 0), dim=0)
    torch.testing.assert_close(moved, normmax_weights(scores).movedim(-1, 0))


@pytest.mark.parametrize("alpha", [1.0, 0.5, 1e7, float("nan")])
def test_an_alpha_outside_is_refused(alpha):
    with pytest.raises(ValueError, match="alpha must be"):
        normmax_weights(torch.zeros(3), alpha)
