"""What the room's story says of seventy-two heads, of its figures, and of its six mechanisms."""

from pathlib import Path

import numpy as np
import pytest

from attnkit.cards import cards
from attnkit.concentration.eigenspectrum.figures.qk_eigenspectrum import QK_EIGENSPECTRUM
from attnkit.concentration.shared import claims
from attnkit.concentration.shared.figures.how_many_keys import HOW_MANY_KEYS
from attnkit.concentration.shared.figures.two_collapses import TWO_COLLAPSES
from attnkit.concentration.shared.real_map import of_layer, places
from attnkit.trained import heads

CHAPTER = Path(__file__).parents[3] / "book/concentration/1_two_collapses.md"


@pytest.mark.claim("real-heads-between")
def test_few_heads_lie_in_a_corner_and_entropy_goes_with_likeness():
    measured = claims.real_heads_between()
    assert measured["heads in the rank corner"] == 4
    assert measured["heads in the entropy corner"] == 1
    assert 0.55 < measured["rank correlation of entropy and cosine"] < 0.8
    first = [each[of_layer(0)] for each in places()]
    assert ((first[0] > 0.9) & (first[1] > 0.8)).sum() == 4
    assert measured["first layer, median entropy"] > 0.85
    assert measured["second layer, median cosine"] < 0.5


@pytest.mark.claim("real-heads-between")
def test_the_last_layer_reads_alike_without_reading_evenly():
    entropies, cosines = places()
    last = of_layer(5)
    assert cosines[last].min() > 0.8
    assert entropies[last].max() < 0.9
    assert last.sum() == 12
    assert of_layer(None).sum() == 72


def test_no_trained_head_lies_below_the_path():
    shown = TWO_COLLAPSES.compute(trace=3.0, spread=0.0)
    order = np.argsort(shown["path_entropy"])
    path = [shown[f"path_{name}"][order] for name in ("entropy", "cosine")]
    entropies, cosines = places()
    assert (cosines > np.interp(entropies, *path)).all()


def test_a_layer_is_shown_apart():
    shown = TWO_COLLAPSES.compute(layer="layer 2")
    assert np.isfinite(shown["layer_entropy"]).sum() == 12
    np.testing.assert_array_equal(shown["layer_entropy"][12:24], places()[0][12:24])
    assert shown["keys"] < TWO_COLLAPSES.compute(trace=0.0)["keys"]
    assert TWO_COLLAPSES.compute(trace=12.0)["keys"] == pytest.approx(1, abs=0.2)


def test_no_map_turns_the_scores_round():
    settings = [{"gap": 0.0, "spread": s, "n": 2048} for s in (0.0, 3.0)]
    level, spread = (HOW_MANY_KEYS.compute(**setting)["other_keys"] for setting in settings)
    assert (spread < level).all()
    assert spread[0] == pytest.approx(13, abs=0.5)
    near, far = (HOW_MANY_KEYS.compute(gap=gap)["other_keys"] for gap in (3.0, 8.0))
    assert (far < near).all()


def test_the_table_has_every_mechanism_of_the_room():
    text = CHAPTER.read_text(encoding="utf-8")
    room = [card for card in cards() if card.room == "concentration"]
    assert [card.order for card in room] == [1, 2, 3, 4, 5, 6]
    assert all(f"{{doc}}`{card.name}/chapter`" in text for card in room)


def test_the_collapsed_head_reads_its_neighbours_and_the_made_one_itself():
    (collapsed,) = np.flatnonzero(places()[0] < 0.1)
    assert collapsed < 12
    assert heads()["local_focus"][collapsed] == pytest.approx(0.95, abs=0.005)
    assert QK_EIGENSPECTRUM.compute(trace=3.0, spread=0.0)["own"] > 1 / 3
