"""Rollout against a walk from token to token."""

import pytest
import torch

from attnkit.interpretation import attention_rollout


def maps(n_layers=3, n_heads=2, n=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(n_layers, n_heads, n, n, generator=generator, dtype=torch.float64)
    return scores.softmax(-1)


def test_is_the_sum_over_all_walks():
    weights = maps(2, 3, 4)
    mean, found = weights.mean(1), attention_rollout(weights)
    for i in range(4):
        for j in range(4):
            total = 0.0
            for middle in range(4):
                last = 0.5 * (i == middle) + 0.5 * mean[1, i, middle].item()
                first = 0.5 * (middle == j) + 0.5 * mean[0, middle, j].item()
                total += last * first
            assert found[i, j].item() == pytest.approx(total)


def test_rows_sum_to_one_and_no_layer_is_the_token_itself():
    torch.testing.assert_close(attention_rollout(maps()).sum(-1), torch.ones(5).double())
    torch.testing.assert_close(attention_rollout(maps(0)), torch.eye(5).double())


def test_the_order_of_layers_matters():
    weights = maps()
    assert not torch.allclose(attention_rollout(weights), attention_rollout(weights.flip(0)))


def test_a_layer_needs_a_head():
    with pytest.raises(ValueError, match="weights must have a head"):
        attention_rollout(torch.zeros(2, 0, 5, 5))
