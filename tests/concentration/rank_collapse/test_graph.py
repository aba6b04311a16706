"""Masks, how far a token is heard under them, and the rate at which nearly equal tokens meet."""

import itertools
import math

import numpy as np
import pytest
import torch

from attnkit.concentration.rank_collapse import (
    causal_mask,
    causal_window_mask,
    collapse_rate,
    full_mask,
    layers_to_reach,
    window_mask,
)


def test_masks_say_who_may_look():
    n_tokens, reach = 7, 2
    for query, key in itertools.product(range(n_tokens), repeat=2):
        back = query - key
        assert full_mask(n_tokens)[query, key]
        assert causal_mask(n_tokens)[query, key] == (back >= 0)
        assert window_mask(n_tokens, reach)[query, key] == (abs(back) <= reach)
        assert causal_window_mask(n_tokens, reach)[query, key] == (0 <= back <= reach)
    assert window_mask(0, 0).shape == (0, 0)


def by_shortest_paths(mask):
    """Floyd and Warshall's distances from each token to the one that hears of it last."""
    steps = np.where(mask.numpy(), 1.0, math.inf)
    np.fill_diagonal(steps, 0.0)
    for middle in range(len(steps)):
        steps = np.minimum(steps, steps[:, [middle]] + steps[[middle], :])
    return steps.max(0)


@pytest.mark.parametrize("seed", range(5))
def test_layers_to_reach_are_longest_shortest_paths(seed):
    generator = torch.Generator().manual_seed(seed)
    mask = torch.rand(11, 11, generator=generator) < (0.1, 0.15, 0.2, 0.3, 0.5)[seed]
    mask.fill_diagonal_(True)
    assert layers_to_reach(mask).tolist() == by_shortest_paths(mask).tolist()


def test_who_reaches_everyone_under_the_masks_of_the_page():
    assert layers_to_reach(full_mask(7)).tolist() == [1.0] * 7
    assert layers_to_reach(causal_mask(7)).tolist() == [1.0] + [math.inf] * 6
    assert layers_to_reach(window_mask(7, 1)).tolist() == [6, 5, 4, 3, 4, 5, 6]
    for n_tokens, reach in ((7, 1), (11, 3), (13, 5)):
        root, *others = layers_to_reach(causal_window_mask(n_tokens, reach)).tolist()
        assert root == math.ceil((n_tokens - 1) / reach)
        assert set(others) == {math.inf}
    assert layers_to_reach(full_mask(1)).tolist() == [0.0]
    assert layers_to_reach(full_mask(0)).tolist() == []


@pytest.mark.parametrize("n_tokens", [2, 3, 31])
def test_a_causal_mask_halves_whatever_its_length(n_tokens):
    assert collapse_rate(causal_mask(n_tokens)) == pytest.approx(0.5, abs=1e-12)
    assert collapse_rate(causal_window_mask(n_tokens, 1)) == pytest.approx(0.5, abs=1e-12)


def test_rates_known_in_closed_form():
    """A ring's is a sum of cosines; no outside knowledge of eigenvalue solvers is needed."""
    place = torch.arange(13)
    apart = (place - place[:, None]) % 13
    ring = (apart <= 2) | (apart >= 11)
    wanted = max(
        abs(1 + 2 * math.cos(a) + 2 * math.cos(2 * a)) / 5
        for a in (2 * math.pi * k / 13 for k in range(1, 13))
    )
    assert collapse_rate(ring) == pytest.approx(wanted, abs=1e-12)
    assert collapse_rate(full_mask(7)) == pytest.approx(0, abs=1e-12)
    assert collapse_rate(torch.eye(3, dtype=torch.bool)) == 1
    apart_for_ever = torch.block_diag(*[torch.ones(3, 3)] * 2).bool()
    assert collapse_rate(apart_for_ever) == pytest.approx(1)
    assert collapse_rate(full_mask(1)) == collapse_rate(full_mask(0)) == 0


def test_a_short_window_on_a_long_row_hardly_collapses():
    rates = [collapse_rate(window_mask(n, 1)) for n in (7, 13, 31)]
    assert rates == sorted(rates)
    assert 1 - rates[-1] < (math.pi / 31) ** 2 / 2


@pytest.mark.parametrize("function", [layers_to_reach, collapse_rate])
def test_wrong_input_is_named(function):
    blind = full_mask(5)
    blind[3, 3] = False
    with pytest.raises(ValueError, match=r"mask must let every token see itself, got \[3\]"):
        function(blind)
    with pytest.raises(ValueError, match="mask must"):
        function(torch.ones(3, 5, dtype=torch.bool))
    with pytest.raises(TypeError, match="mask must"):
        function(torch.ones(3, 3))
