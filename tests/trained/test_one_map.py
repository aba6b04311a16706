"""One map of attention: every mechanism is a dot, where its own weights put it."""

import numpy as np
import pytest
import torch

from attnkit.cards import cards
from attnkit.densities import sparsemax
from attnkit.trained import claims
from attnkit.trained.figures.one_map_of_attention import ONE_MAP_OF_ATTENTION
from attnkit.trained.kept_heads import HEADS
from attnkit.trained.one_map import EVERY, FILTERS, NAMES, TOY, declared, place, places, tokens


def test_every_mechanism_that_makes_weights_is_a_dot_with_a_place():
    assert set(NAMES) == {name for card in cards() for name in card.laws}
    assert np.isfinite(places(TOY, 0.5)).all()
    for rows in HEADS:  # a Gaussian kernel is zero where a query is far from all keys
        nowhere = np.isnan(places(rows, 1.0)).any(0)
        assert {NAMES[at] for at in nowhere.nonzero()[0]} <= {"conditional mean embedding"}
        effective = places(rows, 1.0)[2, ~nowhere]
        assert 0.999 < effective.min() <= effective.max() < 44.001


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_a_dot_is_where_the_weights_of_the_tokens_put_it(scale):
    queries, keys = tokens("same word")
    scores = scale * queries @ keys.mT
    weights = sparsemax(scores)
    at = NAMES.index("sparsemax")
    distance, support, effective = places("same word", scale)[:, at]
    halves = [
        0.5 * np.abs(row - other).sum()
        for row, other in zip(weights.numpy(), scores.softmax(-1).numpy(), strict=True)
    ]
    assert distance == pytest.approx(sorted(halves)[5])  # the middle of eleven
    assert support == (weights > 0).sum(-1).median()
    assert effective == pytest.approx((1 / weights.square().sum(-1)).median().item())


def test_rows_that_read_nothing_have_no_part_in_the_median():
    even = torch.full((2, 4), 0.25)
    assert place(torch.tensor([[0.0, 0, 0, 0], [0.5, -0.5, 0, 0]]), even) == [0.5, 2.0, 2.0]
    assert np.isnan(place(torch.zeros(2, 4), even)).all()


def test_a_row_of_the_smallest_weights_has_its_place():
    weights = 1e-200 * torch.tensor([[3.0, 1, 0, 0]], dtype=torch.float64)
    assert place(weights, weights * 2.5e199) == pytest.approx([0.0, 2.0, 1.6])


def test_the_filter_is_what_the_cards_declare():
    assert sum(FILTERS[EVERY]) == len(NAMES)
    signed = {name for card in cards() for name, laws in card.laws.items() if laws["signed"]}
    assert {n for n, asked in zip(NAMES, declared("signed", True), strict=True) if asked} == signed
    shown = ONE_MAP_OF_ATTENTION.compute(law="negative weights: yes", one="softmax")
    asked, other = shown["asked_effective"], shown["other_effective"]
    assert shown["n_drawn"] == np.isfinite(asked).sum() > 0.9 * len(signed)
    assert shown["one_distance"] == pytest.approx(0, abs=1e-12)
    assert not (np.isfinite(asked) & np.isfinite(other)).any()


@pytest.mark.claim("one-map-key-shift")
def test_who_sees_a_shift_of_the_keys_blurs_the_heads_that_look_at_something():
    sees, does_not, *even = claims.sees_the_shift().values()
    assert sees > 3
    assert does_not < 1
    assert max(even) < 0.5


@pytest.mark.claim("one-map-same-shares")
def test_a_sum_can_change_without_the_shares():
    assert claims.same_shares()["distance"] < 1e-12


@pytest.mark.parametrize("head", ["asks [CLS]", "one ahead", "same word"])
def test_untrained_sums_of_features_read_nearly_all_keys(head):
    """As the page says of Performer and Hedgehog."""
    at = [NAMES.index(name) for name in ("Performer", "Hedgehog")]
    assert places(head, 1.0)[2, at].min() > 0.85 * 44
