"""The claims on rank collapse, seed by seed, and what breaks them."""

import pytest
import torch

from attnkit.concentration import bilinear_scores
from attnkit.concentration.rank_collapse import claims, collapse_rate, residual, through
from attnkit.concentration.rank_collapse.layers import AttentionLayer
from attnkit.concentration.rank_collapse.masks import full_mask
from attnkit.concentration.rank_collapse.stacks import MASKS, alike, random, run
from attnkit.densities import softmax
from attnkit.diagnostics import normalised_entropy, rank_residual


@pytest.mark.claim("rank-collapse-rate")
@pytest.mark.parametrize(
    ("mask", "slack"), [("causal", 1e-3), ("window ±4", 4e-3), ("window ±1", 4e-3)]
)
def test_each_layer_takes_the_rate_of_the_mask(mask, slack):
    law = collapse_rate(MASKS[mask](32))
    for seed in range(5):
        assert claims.measured_rate(mask, seed=seed) == pytest.approx(law, abs=slack)


@pytest.mark.claim("rank-collapse-order")
@pytest.mark.parametrize("seed", range(8))
def test_local_masks_collapse_later_in_every_seed(seed):
    masks = ("full", "causal", "window ±4", "window ±1")
    left = [claims.residuals(mask, 16, seed=seed)[-1] for mask in masks]
    assert left == sorted(left)
    assert left[0] < 1e-12
    assert left[1] < 0.01 < 0.1 < left[2] < 0.7 < left[3]


def test_a_causal_window_is_late_and_then_as_fast():
    """Its rate is one half too, but the first token needs 31 layers to be heard by the last."""
    left = claims.residuals("causal window 1", 128, seed=0)
    assert left[32] > 0.5
    assert left[128] < 1e-8


@pytest.mark.parametrize("mask", ["full", "causal"])
def test_a_residual_slows_the_rate_to_the_mean_of_it_and_one(mask):
    """Where the values are left as they are: I + U has the eigenvalues 1 + those of U."""
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(32, 32, generator=generator, dtype=torch.float64)
    same, none = torch.eye(32, dtype=torch.float64), torch.zeros(32, 32, dtype=torch.float64)
    layer = residual(AttentionLayer(none, same, MASKS[mask](32)))
    left = rank_residual(through(states, [layer] * 40))
    rate = (left[40] / left[30]).item() ** 0.1
    assert rate == pytest.approx((1 + collapse_rate(MASKS[mask](32))) / 2, abs=0.02)


def test_layer_norm_alone_saves_nothing_while_scores_are_random():
    """What we could not reproduce of the paper's second figure, in this setting of one head."""
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        matrix = torch.randn(32, 32, generator=generator, dtype=torch.float64) / 32
        left = rank_residual(run(lambda _, w=matrix: w, "full", "LayerNorm", 32, seed=seed))
        assert left[-1] < 1e-12


def test_tokens_that_look_at_themselves_keep_apart_for_long():
    for around in ("nothing", "LayerNorm"):
        assert rank_residual(run(alike(2.0), "full", around, 64, seed=0)[-1]) > 0.9
        assert rank_residual(run(alike(0.5), "full", around, 64, seed=0)[-1]) < 1e-12
    assert MASKS["full"](3).equal(full_mask(3))


@pytest.mark.parametrize("seed", range(2))
def test_without_the_norm_looking_at_oneself_is_a_wait_and_with_it_no_end_is_seen(seed):
    assert rank_residual(run(alike(1.5), "full", "nothing", 1000, seed=seed)[-1]) < 1e-12
    assert rank_residual(run(alike(2.0), "full", "LayerNorm", 1000, seed=seed)[-1]) > 0.8


@pytest.mark.parametrize("seed", range(3))
def test_without_the_norm_a_residual_trades_one_collapse_for_the_other(seed):
    generator = torch.Generator().manual_seed(99)
    matrix = torch.randn(32, 32, generator=generator, dtype=torch.float64) / 32
    for around, low, high in (("residual", 0.0, 0.02), ("residual + LayerNorm", 0.9, 1.0)):
        states = run(random, "full", around, 16, seed=seed)[-1]
        weights = softmax(bilinear_scores(states, matrix))
        assert low <= normalised_entropy(weights).mean() <= high
