"""The one plot: every map of a room is a dot, where its weights of the same scores put it."""

import pickle

import numpy as np
import pytest
import torch

from attnkit.cards import cards
from attnkit.cards.plane import place, plane, row
from attnkit.densities import softmax, sparsemax
from attnkit.explore.marks import Points
from attnkit.normalisation import sigmoid_weights

LOOK = {"title": "The plane", "caption": "Look."}


@pytest.fixture(scope="module")
def normalisation():
    return plane("a-plane", "normalisation", beside=("softmax", "sparsemax"), **LOOK)


def names(figure, kind):
    marks = (mark for mark in figure.panels[0].marks if isinstance(mark, Points))
    return next(list(mark.names) for mark in marks if mark.x == f"{kind}_support")


def test_every_map_of_the_room_is_a_dot(normalisation):
    laws = [card.laws for card in cards() if card.room == "normalisation"]
    wanted = {name for tables in laws for name in tables if "weights" in tables[name]}
    assert set(names(normalisation, "own")) == wanted
    assert names(normalisation, "other") == ["softmax", "sparsemax"]


def test_dots_are_where_the_weights_put_them(normalisation):
    values = normalisation.compute(n=32, spread=2.0, gap=3.0)
    scores = row(32, 2.0, 3.0)
    for i, weigh in enumerate((softmax, sparsemax)):
        weights = weigh(scores)
        assert values["other_support"][i] == (weights > 0).sum()
        assert values["other_keys"][i] == pytest.approx(1 / weights.square().sum().item())
        assert values["other_sum"][i] == pytest.approx(1.0)
    sigmoid = names(normalisation, "own").index("sigmoid attention")
    wanted = sigmoid_weights(scores).sum().item()
    assert values["own_sum"][sigmoid] == pytest.approx(wanted)


def test_flat_scores_are_equal_weights(normalisation):
    values = normalisation.compute(n=8, spread=0.0, gap=0.0)
    np.testing.assert_allclose(values["other_keys"], 8.0)
    np.testing.assert_array_equal(values["other_support"], 8.0)


def test_shares_are_of_the_absolute_weights_and_a_row_of_zeros_has_no_place():
    assert place(torch.tensor([0.5, -0.5, 0.0])) == (2.0, 0.0, 2.0)
    assert np.isnan(place(torch.zeros(5))).all()


def test_a_room_without_maps_is_told():
    with pytest.raises(ValueError, match=r"room must have a card with a map .*got 'nowhere'"):
        plane("a-plane", "nowhere", **LOOK)


def test_a_map_without_a_card_is_told():
    with pytest.raises(ValueError, match=r"beside must name maps .*got 'loudmax'"):
        plane("a-plane", "normalisation", beside=("loudmax",), **LOOK)


def test_it_can_be_sent_to_the_processes_that_sample_it(normalisation):
    sent, setting = pickle.loads(pickle.dumps(normalisation)), {"n": 8, "spread": 1.0}
    here, there = normalisation.compute(**setting), sent.compute(**setting)
    np.testing.assert_array_equal(there["own_sum"], here["own_sum"])
