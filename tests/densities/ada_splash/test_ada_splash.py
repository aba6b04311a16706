"""Thresholds in a few passes against `entmax`, brackets against their proofs."""

import pytest
import torch

from attnkit.densities import entmax
from attnkit.densities.ada_splash import (
    Bracket,
    ada_splash_weights,
    halley,
    halving,
    histogram_bracket,
    newton,
    passes,
    scaled,
    thresholds,
    wide_bracket,
)
from attnkit.densities.ada_splash.claims import threshold_of

ALPHAS = (1.05, 1.1, 1.5, 1.75, 2.0)


def rows(*shape, seed=0, spread=1.0):
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("spread", [0.01, 1.0, 30.0])
def test_a_few_passes_give_the_weights_of_entmax(alpha, spread):
    scores = rows(5, 211, spread=spread)
    found = ada_splash_weights(scores, alpha, n_passes=8)
    torch.testing.assert_close(found, entmax(scores, alpha), atol=1e-9, rtol=1e-7)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("rule", [halving, newton, halley])
def test_every_rule_ends_at_the_threshold_from_either_end(alpha, rule):
    scores = rows(11, 101)
    heights, root = scaled(scores, alpha), threshold_of(scores, alpha)
    bracket = wide_bracket(heights, alpha)
    for start in (bracket.low, bracket.high, bracket.middle):
        path = thresholds(rule, heights, alpha, bracket, start, 60)
        torch.testing.assert_close(path[-1], root, atol=1e-10, rtol=0)
        assert (path >= bracket.low).all()
        assert (path <= bracket.high).all()


def test_newton_and_halley_are_the_steps_that_a_loop_takes():
    heights = scaled(rows(7), 1.5)
    at = torch.tensor([-0.7], dtype=torch.float64)
    bracket = wide_bracket(heights, 1.5)
    above = [h.item() + 0.7 for h in heights if h > -0.7]
    f = sum(x**2 for x in above) - 1
    slope, bend = -2 * sum(above), 2 * len(above)
    for rule, step in (
        (newton, -f / slope),
        (halley, -2 * f * slope / (2 * slope**2 - f * bend)),
    ):
        path = thresholds(rule, heights, 1.5, Bracket(bracket.low - 1, bracket.high + 1), at, 1)
        assert path[1].item() == pytest.approx(-0.7 + step)


def test_at_two_halley_is_newton():
    heights = scaled(rows(5, 31), 2.0)
    bracket = wide_bracket(heights, 2.0)
    paths = [thresholds(rule, heights, 2.0, bracket, bracket.low, 5) for rule in (newton, halley)]
    torch.testing.assert_close(*paths)


@pytest.mark.parametrize("n_bins", [1, 3, 8, 1000])
def test_the_histogram_s_lower_end_is_the_threshold_of_the_row_rounded_down(n_bins):
    scores = rows(7, 101)
    for alpha in ALPHAS:
        heights = scaled(scores, alpha)
        rounded = torch.floor(heights * n_bins) / n_bins
        wanted = threshold_of(rounded / (alpha - 1), alpha)
        found = histogram_bracket(heights, alpha, n_bins)
        torch.testing.assert_close(found.low, wanted)
        assert (found.high - found.low <= 1 / n_bins + 1e-12).all()


def test_passes_are_counted_row_by_row():
    heights = scaled(rows(13, 64), 1.5)
    bracket = wide_bracket(heights, 1.5)
    counts = passes(newton, heights, 1.5, bracket, bracket.low)
    for i in range(13):
        own = Bracket(bracket.low[i], bracket.high[i])
        assert passes(newton, heights[i], 1.5, own, bracket.low[i]) == counts[i]
        path = thresholds(newton, heights[i], 1.5, own, bracket.low[i], int(counts[i]))
        gaps = [((heights[i] - t).clamp(min=0) ** 2).sum().sub(1).abs() for t in path]
        assert gaps[-1] < 1e-6
        assert all(gap >= 1e-6 for gap in gaps[:-1])
    assert passes(halving, heights, 1.5, bracket, bracket.low, most=3).max() == 3


@pytest.mark.parametrize("alpha", [1.25, 1.5, 2.0])
def test_gradients_are_those_of_entmax(alpha):
    scores, upstream = rows(3, 23).requires_grad_(), rows(3, 23, seed=1)
    (own,) = torch.autograd.grad(ada_splash_weights(scores, alpha, n_passes=10), scores, upstream)
    (wanted,) = torch.autograd.grad(entmax(scores, alpha), scores, upstream)
    torch.testing.assert_close(own, wanted, atol=1e-8, rtol=1e-6)


@pytest.mark.parametrize("alpha", [1.25, 1.5, 2.0])
def test_second_derivatives_are_those_of_finite_differences(alpha):
    scores = rows(2, 7).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda z: ada_splash_weights(z, alpha, n_passes=12), scores)


def test_the_first_pass_is_made_in_the_middle_of_the_histogram_s_bracket():
    scores = rows(5, 31)
    heights = scaled(scores, 1.5)
    bracket = histogram_bracket(heights, 1.5)
    for n_passes in (0, 1):
        at = thresholds(halley, heights, 1.5, bracket, bracket.middle, n_passes)[-1]
        raised = (heights - at).clamp(min=0) ** 2
        found = ada_splash_weights(scores, n_passes=n_passes)
        torch.testing.assert_close(found, raised / raised.sum(-1, keepdim=True))


def test_masked_keys_get_nothing_and_an_empty_row_is_zero():
    scores = rows(2, 7).requires_grad_()
    mask = torch.tensor([[True, False, True, True, False, True, True], [False] * 7])
    weights = ada_splash_weights(scores, mask=mask)
    assert (weights[~mask] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.tensor([1.0, 0.0]).double())
    weights.square().sum().backward()
    assert scores.grad.isfinite().all()
    assert (scores.grad[~mask] == 0).all()
    with_nan = scores.detach().masked_fill(~mask, torch.nan)
    torch.testing.assert_close(ada_splash_weights(with_nan, mask=mask), weights.detach())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_other_precisions(dtype):
    scores = rows(3, 101).to(dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = ada_splash_weights(scores)
    assert found.dtype == dtype
    wanted = entmax(scores.double(), 1.5)
    torch.testing.assert_close(found.double(), wanted, atol=4e-3, rtol=2e-2)


@pytest.mark.parametrize("shape", [(0,), (0, 5), (3, 0), (1,), (2, 1)])
def test_little_and_nothing(shape):
    weights = ada_splash_weights(rows(*shape))
    assert weights.shape == shape
    assert (weights == 1).all()
    heights = scaled(rows(*shape), 1.5)
    assert histogram_bracket(heights, 1.5).low.shape == (*shape[:-1], 1)


COMPILED = """
import torch
from attnkit.densities.ada_splash import ada_splash_weights

scores = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))
mask = scores > -1
compiled = torch.compile(ada_splash_weights, fullgraph=True, backend="aot_eager")
for alpha in (1.5, 2.0):
    wanted = ada_splash_weights(scores, alpha, mask=mask)
    torch.testing.assert_close(compiled(scores, alpha, mask=mask), wanted)
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
