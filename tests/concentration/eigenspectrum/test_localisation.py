"""The place of a head on the map, at its corners and against loops; the law of the self weight."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from attnkit.concentration.eigenspectrum import (
    bilinear_scores,
    localisation,
    output_cosine,
    score_matrix,
    self_weight,
)


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_the_cosine_is_the_mean_over_pairs():
    states = normal(2, 5, 3)
    for b in range(2):
        pairs = [
            torch.cosine_similarity(states[b, i], states[b, j], dim=0)
            for i in range(5)
            for j in range(5)
            if i != j
        ]
        torch.testing.assert_close(output_cosine(states)[b], torch.stack(pairs).mean())
    torch.testing.assert_close(output_cosine(7.0 * states), output_cosine(states))


def test_the_cosine_at_its_edges():
    assert output_cosine(torch.ones(5, 3)).item() == pytest.approx(1)
    assert output_cosine(torch.eye(3)).item() == pytest.approx(0)
    assert output_cosine(torch.tensor([[1.0], [-1.0]])).item() == pytest.approx(-1)
    assert output_cosine(torch.zeros(5, 3)).item() == 0
    assert output_cosine(normal(1, 3)).isnan()
    assert output_cosine(normal(0, 3)).isnan()
    assert output_cosine(normal(5, 3).half()).dtype == torch.float32


def test_the_corners_of_the_map():
    values = normal(7, 3)
    flat = localisation(torch.full((7, 7), 1 / 7, dtype=torch.float64), values)
    assert [x.item() for x in flat] == pytest.approx([1, 1, 1 / 7])
    own = localisation(torch.eye(7, dtype=torch.float64), values)
    assert own.entropy == 0
    assert own.self_weight == 1
    torch.testing.assert_close(own.cosine, output_cosine(values))
    next_one = localisation(torch.eye(7, dtype=torch.float64).roll(1, 0), values)
    assert next_one.entropy == 0
    assert next_one.self_weight == 0


def test_rows_that_are_no_density_have_no_entropy():
    place = localisation(torch.zeros(3, 3), torch.ones(3, 2))
    assert place.entropy.isnan()
    assert place.cosine == 0
    assert place.self_weight == 0


def test_gradients():
    leaves = normal(3, 3).softmax(-1).requires_grad_(), normal(3, 2).requires_grad_()
    assert torch.autograd.gradcheck(lambda w, v: tuple(localisation(w, v)[1:]), leaves)


def test_the_law_is_its_integral():
    """Against a sum over a fine grid of the normal density."""
    grid = np.linspace(-9, 9, 20_001)
    density = norm.pdf(grid) / norm.pdf(grid).sum()
    for trace, spread in ((0.0, 0.0), (3.0, 0.1), (8.0, 0.2)):
        scale = math.sqrt(64 * spread**2 + trace**2 / 64)
        margin = trace - math.log(31) - scale**2 / 2 + math.sqrt(2) * scale * grid
        wanted = density @ (1 / (1 + np.exp(-margin)))
        assert self_weight(trace, spread, width=64, n_keys=32) == pytest.approx(wanted, abs=1e-6)


def test_the_moments_of_scores_that_the_law_stands_on():
    """Own score: mean t and variance 2 s²; with a stranger: mean zero and variance s²."""
    own, strange = [], []
    for seed in range(2000):
        generator = torch.Generator().manual_seed(seed)
        matrix = score_matrix(7, 2.0, 0.3, generator=generator)
        tokens = torch.randn(2, 7, generator=generator, dtype=torch.float64)
        scores = bilinear_scores(tokens, matrix)
        own.append(scores[0, 0])
        strange.append(scores[0, 1])
    own, strange = torch.stack(own), torch.stack(strange)
    square = 7 * 0.3**2 + 2.0**2 / 7
    assert own.mean().item() == pytest.approx(2.0, abs=4 * math.sqrt(2 * square / 2000))
    assert own.var().item() == pytest.approx(2 * square, rel=0.15)
    assert strange.mean().item() == pytest.approx(0.0, abs=4 * math.sqrt(square / 2000))
    assert strange.var().item() == pytest.approx(square, rel=0.15)


def test_no_trace_and_no_spread_is_an_even_share():
    assert self_weight(0.0, 0.0, width=5, n_keys=7) == pytest.approx(1 / 7)
