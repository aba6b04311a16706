"""The budget map against enumeration, an optimiser and entmax; its gradients; every edge."""

import itertools

import entmax as peer
import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from attnkit.densities import entmax
from attnkit.densities.budget import budget_weights
from tests.densities.shared.every_edge import assert_edges, rows

ALPHAS = (1.0, 1.2, 1.5, 2.0)


def by_enumeration(scores, budget):
    """At alpha = 2: the best of all ways to take keys whole, in part or not at all."""
    best, best_value = None, -np.inf
    for parts in itertools.product((0, 1, 2), repeat=len(scores)):
        kind = np.array(parts)
        weights, between = (kind == 2).astype(float), kind == 1
        if between.any():
            shift = (scores[between].sum() - (budget - weights.sum())) / between.sum()
            weights[between] = scores[between] - shift
        feasible = weights.min() >= 0 and weights.max() <= 1 and np.isclose(weights.sum(), budget)
        value = weights @ scores - (weights**2).sum() / 2
        if feasible and value > best_value:
            best, best_value = weights, value
    return best


def by_optimiser(scores, budget, alpha):
    """A general solver of smooth problems under constraints."""

    def negative(p):
        kept = np.clip(p, 1e-300, None)
        shannon = (kept * np.log(kept)).sum() - kept.sum()
        penalty = shannon if alpha == 1 else (kept**alpha).sum() / (alpha * (alpha - 1))
        return penalty - p @ scores

    return minimize(
        negative,
        np.full(len(scores), budget / len(scores)),
        bounds=[(0, 1)] * len(scores),
        constraints={"type": "eq", "fun": lambda p: p.sum() - budget},
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 500},
    ).x


@pytest.mark.parametrize("budget", [0.4, 1.0, 2.0, 2.5, 4.9])
def test_at_two_it_is_the_best_of_all_partitions(budget):
    for row in rows(7, 5):
        wanted = by_enumeration(row.numpy(), budget)
        found = budget_weights(row, budget, 2.0).numpy()
        np.testing.assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("budget", [0.4, 2.5, 6.0])
def test_it_is_what_an_optimiser_finds(alpha, budget):
    for row in rows(3, 7):
        wanted = by_optimiser(row.numpy(), budget, alpha)
        found = budget_weights(row, budget, alpha).numpy()
        np.testing.assert_allclose(found, wanted, atol=2e-5)


@pytest.mark.parametrize("budget", [1.0, 2.0, 5.0])
def test_at_two_it_is_the_map_of_the_entmax_package(budget):
    scores = rows(31, 13)
    wanted = peer.budget_bisect(scores, budget=budget, n_iter=80)
    torch.testing.assert_close(budget_weights(scores, budget, 2.0), wanted, atol=1e-9, rtol=0)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_a_budget_of_one_is_entmax(alpha):
    scores = rows(5, 211)
    torch.testing.assert_close(budget_weights(scores, 1.0, alpha), entmax(scores, alpha))


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("budget", [0.0, 1e-9, 0.5, 1.0, 3.0, 3.2, 12.999, 13.0, 40.0])
@pytest.mark.parametrize("spread", [0.0, 1e-3, 1.0, 1e6, 1e200])
def test_the_sum_is_the_budget_and_no_key_has_more_than_one(alpha, budget, spread):
    weights = budget_weights(spread * rows(5, 13), budget, alpha)
    total = torch.full((5,), min(budget, 13.0), dtype=torch.float64)
    torch.testing.assert_close(weights.sum(-1), total, rtol=1e-12, atol=1e-12)
    assert (weights >= 0).all()
    assert (weights <= 1).all()


def test_order_and_shift():
    scores = rows(3, 11)
    weights = budget_weights(scores, 3.5)
    ordered = weights.gather(-1, scores.argsort(-1))
    assert (ordered.diff() >= 0).all()
    torch.testing.assert_close(budget_weights(scores + 1e3, 3.5), weights, rtol=1e-9, atol=1e-9)


def test_a_row_with_fewer_keys_than_the_budget_takes_them_whole():
    mask = torch.arange(7) < 3
    assert budget_weights(rows(2, 7), 5.0, mask=mask).tolist() == [[1.0] * 3 + [0.0] * 4] * 2


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_first_and_second_derivatives(alpha):
    scores = rows(2, 5).requires_grad_()
    for budget in (0.7, 1.0, 2.5):

        def weigh(z, budget=budget):
            return budget_weights(z, budget, alpha)

        assert torch.autograd.gradcheck(weigh, (scores,))
        assert torch.autograd.gradgradcheck(weigh, (scores,))


def test_derivatives_in_alpha_and_their_limit_at_one():
    scores = rows(2, 5)
    alpha = torch.tensor([[1.3], [1.7]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: budget_weights(scores, 2.5, a), (alpha,))

    def read(a):
        return (budget_weights(scores, 2.5, a) * torch.arange(5)).sum()

    one = torch.ones(2, 1, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(read(one), one)
    step = 1e-5  # one-sided and of second order: below one the map is not defined
    ahead = [read(1 + k * step + 0 * one).item() for k in range(3)]
    wanted = (-3 * ahead[0] + 4 * ahead[1] - ahead[2]) / (2 * step)
    assert slope.sum().item() == pytest.approx(wanted, rel=1e-6)


def test_a_taken_whole_key_and_a_dropped_one_have_no_slope():
    scores = torch.tensor([9.0, 0.1, 0.0, -9.0], dtype=torch.float64, requires_grad=True)
    slopes = torch.autograd.functional.jacobian(lambda z: budget_weights(z, 2.0), scores)
    assert (slopes[[0, 3]] == 0).all()
    assert (slopes[:, [0, 3]] == 0).all()
    assert slopes[1, 1] > 0


def test_edges():
    assert_edges(budget_weights)
    assert_edges(lambda scores, mask=None: budget_weights(scores, 2.5, 1.0, mask=mask))


def test_any_dimension_and_an_alpha_for_each_head():
    scores = rows(3, 5, 7)
    alpha = torch.tensor([1.0, 1.5, 2.0], dtype=torch.float64)[:, None, None]
    together = budget_weights(scores, 2.5, alpha)
    apart = [budget_weights(z, 2.5, a) for z, a in zip(scores, (1.0, 1.5, 2.0), strict=True)]
    torch.testing.assert_close(together, torch.stack(apart))
    moved = budget_weights(scores.movedim(-1, 0), 2.5, alpha.movedim(-1, 0), dim=0)
    torch.testing.assert_close(moved, together.movedim(-1, 0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"budget": -1.0}, "budget must be in .*got -1"),
        ({"alpha": 2.5}, "alpha must be in .*got 2.5"),
        ({"alpha": torch.full((3, 5), 1.5)}, "alpha must broadcast"),
        ({"scores": torch.tensor([float("inf")])}, "scores must hold"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        budget_weights(**{"scores": torch.zeros(3, 5)} | arguments)
