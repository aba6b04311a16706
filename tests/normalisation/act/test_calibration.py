"""Calibrated maps against a loop, and what a row keeps when its sinks are turned down."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.normalisation import calibrate_sinks, calibrated_weights
from tests.normalisation.shared.edges import Edges, rows

CAUSAL = torch.ones(7, 7, dtype=torch.bool).tril()


class TestEdges(Edges):
    function = staticmethod(calibrated_weights)


def plain(weights, mask, beta, threshold):
    """Column by column, then row by row, in Python numbers."""
    n_queries, n_keys = weights.shape
    flagged = []
    for k in range(n_keys):
        column = [float(weights[q, k]) for q in range(n_queries) if mask[q, k]]
        if column and sum(column) / len(column) > threshold:
            flagged.append(k)
    flagged, calibrated = flagged[1:], torch.zeros_like(weights)
    for q in range(n_queries):
        row = [float(w) if m else 0.0 for w, m in zip(weights[q], mask[q], strict=True)]
        others = sum(w for k, w in enumerate(row) if k not in flagged)
        for k, w in enumerate(row):
            if not others:
                calibrated[q, k] = w
            elif k in flagged:
                calibrated[q, k] = beta * w
            else:
                calibrated[q, k] = w + (1 - beta) * (sum(row) - others) * w / others
    return calibrated


@pytest.mark.parametrize(("beta", "threshold"), [(0.4, 0.1), (0.0, 0.2), (0.7, 0.0), (1.0, 0.1)])
def test_equals_the_plain_loop(beta, threshold):
    for seed in range(5):
        mask = CAUSAL & (rows(7, 7, seed=seed + 10) > -2)
        weights = softmax(rows(7, 7, seed=seed), mask=mask)
        wanted = plain(weights, mask, beta, threshold)
        torch.testing.assert_close(calibrate_sinks(weights, beta, threshold, mask), wanted)


def planted(seed=0):
    """A causal map whose third and sixth keys are sinks beside the first."""
    scores = rows(7, 7, seed=seed, spread=0.5)
    scores[:, [0, 2, 5]] += 2.0
    return softmax(scores, mask=CAUSAL)


def test_rows_keep_their_sum_and_the_others_their_ratios():
    weights = planted()
    calibrated = calibrate_sinks(weights, 0.4, 0.15, CAUSAL)
    torch.testing.assert_close(calibrated.sum(-1), torch.ones(7, dtype=torch.float64))
    sinks = [2, 5]
    others = [0, 1, 3, 4, 6]
    torch.testing.assert_close(calibrated[:, sinks], 0.4 * weights[:, sinks])
    s = weights[:, sinks].sum(-1, keepdim=True)
    wanted = weights[:, others] * (1 - 0.4 * s) / (1 - s)
    torch.testing.assert_close(calibrated[:, others], wanted)


def test_the_first_flagged_key_is_kept_wherever_it_stands():
    scores = rows(7, 7, spread=0.5)
    scores[:, 0] -= 5.0
    scores[:, [2, 5]] += 2.0
    weights = softmax(scores, mask=CAUSAL)
    weights[:2] = 0.0  # rows that see the first keys alone give them all
    calibrated = calibrate_sinks(weights, 0.0, 0.2, CAUSAL)
    assert calibrated[6, 5] == 0
    assert calibrated[6, 2] > weights[6, 2]


def test_at_beta_one_or_below_no_threshold_nothing_changes():
    weights = planted()
    torch.testing.assert_close(calibrate_sinks(weights, 1.0, 0.1, CAUSAL), weights)
    torch.testing.assert_close(calibrate_sinks(weights, 0.0, 1.0, CAUSAL), weights)


def test_a_row_with_nobody_to_hand_to_stays_as_it_is():
    weights = torch.tensor([[0.9, 0.1, 0.0], [0.0, 0.0, 1.0], [0.5, 0.0, 0.5]])
    calibrated = calibrate_sinks(weights, 0.0, 0.3)
    expected = torch.tensor([[0.9, 0.1, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    torch.testing.assert_close(calibrated, expected)


def test_without_its_mask_a_causal_map_has_lower_columns():
    weights = planted()
    late = weights[:, 5].sum() / 2
    assert late > 0.15
    assert weights[:, 5].mean() < 0.15
    assert calibrate_sinks(weights, 0.0, 0.15, CAUSAL)[:, 5].max() == 0
    assert calibrate_sinks(weights, 0.0, 0.15)[:, 5].max() > 0


def test_which_keys_are_flagged_depends_on_their_order_alone_through_the_first():
    weights = softmax(rows(7, 5))
    backwards = calibrate_sinks(weights.flip(-1)).flip(-1)
    assert not torch.allclose(backwards, calibrate_sinks(weights))
    shuffled = calibrate_sinks(weights[torch.tensor([3, 1, 0, 2, 6, 5, 4])])
    torch.testing.assert_close(
        shuffled, calibrate_sinks(weights)[torch.tensor([3, 1, 0, 2, 6, 5, 4])]
    )


def test_batched_as_one_by_one():
    maps = torch.stack([planted(seed) for seed in range(3)])
    each = torch.stack([calibrate_sinks(one, mask=CAUSAL) for one in maps])
    torch.testing.assert_close(calibrate_sinks(maps, mask=CAUSAL), each)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": torch.tensor([[-0.1, 1.1]])}, "weights must be .*-0.1"),
        ({"weights": torch.full((2, 2), math.nan)}, "weights must be .*nan"),
        ({"beta": 1.5}, r"beta must be in \[0, 1\], got 1.5"),
        ({"threshold": -0.1}, r"threshold must be in \[0, 1\]"),
        ({"mask": torch.ones(3, dtype=torch.bool)}, "mask must broadcast"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        calibrate_sinks(**{"weights": torch.eye(2)} | arguments)
