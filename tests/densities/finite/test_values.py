"""The finite densities against bisection, high precision, optimality and their own laws."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import attnkit
from attnkit.densities.finite.newton import density_up_to_two, newton_bound
from tests.densities.finite.reference import ALPHAS, bisect, bisect_exactly, optimality_gap, rows


@pytest.mark.parametrize("alpha", [alpha for alpha in ALPHAS if alpha < 10])
@pytest.mark.parametrize("length", [1, 2, 5, 67, 257, 4096])
def test_float32_agrees_with_float64_bisection(alpha, length):
    for spread in (1e-3, 0.1, 1.0, 2.0, 10.0):
        scores = rows(13, length, spread=spread, seed=length)
        weights = attnkit.entmax(scores, alpha)
        assert (weights.double() - bisect(scores, alpha)).abs().max() <= 4e-7
        assert (weights.double().sum(-1) - 1).abs().max() <= 4e-7


@pytest.mark.parametrize("alpha", [2.5, 3.0, 10.0, 50.0])
def test_float32_agrees_with_150_digits_beyond_two(alpha):
    """Float64 bisection is itself off by 1e-2 at alpha = 10: a weight enters almost vertically."""
    for seed, spread in enumerate((0.01, 0.05, 0.1, 0.3)):
        scores = rows(5, spread=spread, seed=seed)
        exact = torch.tensor(bisect_exactly(scores.tolist(), alpha), dtype=torch.float64)
        assert (attnkit.entmax(scores, alpha).double() - exact).abs().max() <= 4e-7


@pytest.mark.parametrize("alpha", [*ALPHAS, 1.9, 2.0001, 7.0])
@pytest.mark.parametrize("length", [3, 101, 4096])
def test_float64_fulfils_the_optimality_conditions(alpha, length):
    for spread in (1e-3, 0.03, 1.0, 10.0):
        scores = rows(7, length, spread=spread, seed=length, dtype=torch.float64)
        assert optimality_gap(attnkit.entmax(scores, alpha), scores, alpha) <= 1e-12


@pytest.mark.parametrize("alpha", ALPHAS)
def test_float32_agrees_with_float64_on_long_rows(alpha):
    scores = rows(11, 4093, spread=1.5)
    difference = attnkit.entmax(scores, alpha) - attnkit.entmax(scores.double(), alpha)
    assert difference.abs().max() <= 4e-7


@pytest.mark.parametrize("alpha", [1.0, 1.0001, 1.1, 4 / 3, 1.5, 1.7, 2.0])
def test_single_weights_of_a_million_near_uniform_keys(alpha):
    """Weights of 1e-6 to a relative 1e-4, where scores spread a tenth of the threshold's height."""
    length = 10**6
    spread = 0.02 * length ** (1 - alpha) / max(alpha - 1, 0.1)
    scores = rows(1, length, spread=spread)
    exact = attnkit.entmax(scores.double(), alpha)
    assert exact.min() > 0
    relative = (attnkit.entmax(scores, alpha) - exact).abs() / exact
    assert relative.max() <= 1e-4
    assert optimality_gap(exact, scores.double(), alpha) <= 1e-9


def test_softmax_and_sparsemax_are_members_of_the_family():
    scores = rows(7, 11, spread=2.0)
    assert torch.equal(attnkit.softmax(scores), attnkit.entmax(scores, 1))
    assert torch.equal(attnkit.sparsemax(scores), attnkit.entmax(scores, 2))
    assert torch.allclose(attnkit.softmax(scores, 0), scores.softmax(0), atol=1e-7)


def test_sparsemax_agrees_with_the_sorting_algorithm():
    scores = rows(7, 103, spread=0.3, dtype=torch.float64)
    ordered = scores.sort(-1, descending=True).values
    ranks = torch.arange(1, 104, dtype=torch.float64)
    thresholds = (ordered.cumsum(-1) - 1) / ranks
    size = (ordered > thresholds).sum(-1, keepdim=True)
    expected = (scores - thresholds.gather(-1, size - 1)).clamp(min=0)
    assert torch.allclose(attnkit.sparsemax(scores), expected, atol=1e-14)


@pytest.mark.parametrize("alpha", [1.01, 1.5, 2.0, 3.0])
def test_a_critical_gap_makes_the_row_one_hot(alpha):
    gap = 1 / (alpha - 1)
    scores = torch.tensor([[gap, 0.0, 0.0], [0.9 * gap, 0.0, 0.0]], dtype=torch.float64)
    at_gap, below_gap = attnkit.entmax(scores, alpha)
    assert at_gap.tolist() == [1, 0, 0]
    assert below_gap[1] > 0


@settings(max_examples=60, deadline=None)
@given(
    alpha=st.floats(1.0, 6.0),
    length=st.integers(1, 23),
    spread=st.sampled_from([1e-3, 0.1, 1.0, 30.0]),
    seed=st.integers(0, 10**6),
)
def test_laws_of_every_member(alpha, length, spread, seed):
    scores = rows(length, spread=spread, seed=seed, dtype=torch.float64)
    weights = attnkit.entmax(scores, alpha)
    assert math.isclose(weights.sum(), 1, rel_tol=1e-12)
    assert optimality_gap(weights, scores, alpha) <= 1e-10
    assert torch.equal(weights[scores.argsort()], weights.sort().values)  # keeps the order
    order = torch.randperm(length, generator=torch.Generator().manual_seed(seed))
    assert torch.allclose(attnkit.entmax(scores[order], alpha), weights[order], atol=1e-9)
    if alpha <= 2:
        assert torch.allclose(attnkit.entmax(scores + 8.0, alpha), weights, atol=1e-9)
        denser = attnkit.entmax(scores, (1 + alpha) / 2)
        assert ((denser > 0) | (weights == 0)).all()


def chain(length, *, growth, first, roots):
    """A sparsemax row from which every Newton step drops exactly one block of keys."""
    drops, sizes, count, reach = [0.0, 1 / roots + first], [roots], roots, first
    sizes.append(max(1, round(growth * count)))
    count, residual = count + sizes[-1], roots * first
    while True:
        size = max(1, round(growth * count))
        step = 1.02 * residual / size
        if count + size > length or 1 / roots + reach + step > 1:
            break
        reach, residual = reach + step, residual + count * step
        drops.append(1 / roots + reach)
        sizes.append(size)
        count += size
    padding = [2.0] * (length - count)
    blocks = zip(drops, sizes, strict=True)
    return -torch.tensor([d for d, size in blocks for _ in range(size)] + padding)


@pytest.mark.parametrize("length", [16, 257, 4096])
def test_adversarial_rows_stay_within_the_bound_on_steps(length, monkeypatch):
    """Rows that take nearly as many steps as the bound allows, without the early exit."""
    monkeypatch.setattr("attnkit.densities.finite.newton.has_settled", lambda *_: False)
    for growth in (0.15, 0.25, 0.35, 0.45, 0.6, 1.0):
        for first in (5e-7, 2e-6, 1e-4):
            for n_roots in (2, 3, 4):
                row = chain(length, growth=growth, first=first, roots=n_roots)
                wanted = bisect(row[None], 2.0)
                for masses in (None, torch.ones(1, length)):
                    weights = density_up_to_two(row[None], 2.0, masses)
                    assert (weights - wanted).abs().max() <= 4e-7


def test_the_bound_on_steps():
    short, long = newton_bound(256, torch.float32), newton_bound(10**6, torch.float32)
    assert newton_bound(1, torch.float32) == newton_bound(256**1e-20, torch.float32) == 1
    assert short == 16
    assert short < newton_bound(256, torch.float64) < long + 1 <= 32


@pytest.mark.parametrize("alpha", [1.003, 1.01, 1.03])
def test_float32_keeps_its_digits_where_powers_are_large(alpha):
    """The exponent 1 / (alpha - 1) would multiply the rounding of what it is applied to."""
    for seed in range(6):
        scores = rows(53, 11, spread=3.0, seed=seed)
        exact = attnkit.entmax(scores.double(), alpha)
        assert (attnkit.entmax(scores, alpha).double() - exact).abs().max() < 2e-7


@pytest.mark.parametrize("alpha", [1.999, 1.501, 1.499, 4 / 3 + 1e-4])
def test_alphas_beside_those_with_whole_powers_are_not_taken_for_them(alpha):
    scores = rows(7, 23, spread=2.0, dtype=torch.float64)
    assert optimality_gap(attnkit.entmax(scores, alpha), scores, alpha) <= 1e-12
