"""The figure sends one row of scores through any two mechanisms that have a card."""

import numpy as np
import torch

from attnkit.cards import cards
from attnkit.cards.figures.side_by_side import SIDE_BY_SIDE
from attnkit.densities import sparsemax


def test_every_mechanism_with_a_card_can_be_chosen():
    names = {name for card in cards() for name in card.laws}
    assert set(SIDE_BY_SIDE.sliders["first"].stored) == names


def test_both_panels_are_of_the_same_scores():
    values = SIDE_BY_SIDE.compute(first="sparsemax", second="sparsemax")
    wanted = sparsemax(torch.tensor(values["score"])).numpy()
    np.testing.assert_allclose(values["first_weight"], wanted)
    np.testing.assert_allclose(values["second_weight"], wanted)


def test_what_differs_is_seen():
    values = SIDE_BY_SIDE.compute(first="linear attention", second="softmax", length=8.0)
    assert values["first_weight"].min() < values["first_low"] / 2 < 0
    assert values["second_low"] == 0.0
    assert abs(values["second_sum"] - 1.0) < 1e-12
