"""The claim on SEA: the recorded order, and the same on heads that travel with the package."""

import pytest
import torch

from attnkit.selection import dropped, oracle, random_keys, sea_keys
from attnkit.selection.sea import claims, column_means, favor_columns
from attnkit.selection.sea.recorded import SUMMARY
from attnkit.trained.kept_heads import read_heads


@pytest.mark.claim("sea-order")
def test_a_perfect_estimate_is_near_the_oracle_and_features_are_far_from_it():
    measured = claims.sea_order()
    for budget in ("1/16", "1/8", "1/4"):
        perfect, wide, rough = (
            measured[f"{way}, {budget}"]
            for way in ("perfect, 32 columns", "perfect, 64 columns", "features, 64 columns")
        )
        assert wide > perfect > rough + 0.1
        assert measured[f"1,024 features, every key, {budget}"] > rough
        assert measured[f"Taylor, keys centred, {budget}"] > measured[f"Taylor, {budget}"] + 0.05


def test_every_head_is_in_the_record():
    for budgets in SUMMARY["selection-sea-real"].values():
        assert {len(found["mass"]) for found in budgets.values()} == {72}


@pytest.mark.claim("sea-order")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_holds_on_four_heads_with_other_features(seed):
    queries, keys = read_heads()
    weights = (queries @ keys.mT).softmax(-1)
    generator = torch.Generator().manual_seed(seed)
    directions = torch.randn(111, 32, generator=generator, dtype=torch.float64)
    wide = 32**0.25
    masks = [
        oracle(weights, 6),
        sea_keys(column_means(weights, 22), 44, 3),
        sea_keys(favor_columns(queries * wide, keys * wide, directions, width=22), 44, 3),
        random_keys(weights, 6, generator),
    ]
    caught = [1 - dropped(weights, mask).mass.mean().item() for mask in masks]
    assert caught == sorted(caught, reverse=True)
    assert caught[1] > caught[2] + 0.05 > caught[3] + 0.1
