"""What the story's figures are there to show, and what it says of them."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.linear_time.dsf import taylor_state_size
from attnkit.linear_time.shared.recorded import maps_by_head, short_head

BOTH = "mean key and mean query"


def shown(name, **setting):
    figure = gallery()[name]
    return figure.compute(**(figure.defaults | setting))


def test_a_row_loses_its_spike_and_wins_it_back():
    lost = shown("one-real-row", map="ELU + 1")
    assert lost["given"] < 0.15 * lost["highest"]
    assert np.ptp(lost["other"]) < 0.03
    won = shown("one-real-row", map="Taylor 8")
    assert won["given"] > 0.8 * won["highest"]
    assert lost["told"] > 1.5 > 0.2 > won["told"]


def test_a_row_is_chosen_by_its_word():
    from attnkit.linear_time.shared.figures.one_real_row import QUERIES

    words = short_head("token after")[0]
    assert all(words[int(place) - 1] == word for word, place in map(str.split, QUERIES))


def test_a_head_that_reads_nearly_all_loses_little():
    assert shown("one-real-row", head="nearly all")["mean"].max() < 0.5


@pytest.mark.parametrize("head", ["first token", "same word"])
def test_on_one_sentence_too_the_two_maps_want_different_shifts(head):
    taylor, favor = (
        {along: shown("one-real-row", head=head, map=name, along=along)["mean"] for along in ways}
        for name, ways in (("Taylor 2", ("mean key", BOTH)), ("FAVOR+ 256", ("mean key", BOTH)))
    )
    assert taylor["mean key"][3] < taylor["mean key"][1] < taylor[BOTH][3]
    assert favor[BOTH][3] < favor[BOTH][1]


def test_moved_keys_bring_one_family_down_and_the_other_up():
    raw, key, both = (
        shown("keys-moved", share=share, along=along)
        for share, along in ((0.0, "mean key"), (1.0, "mean key"), (1.0, BOTH))
    )
    assert (key["taylor_kl"] < 0.6 * raw["taylor_kl"]).all()
    assert (key["favor_kl"] > raw["favor_kl"]).all()
    assert (both["favor_kl"] < raw["favor_kl"]).all()
    assert (both["taylor_kl"] > both["uniform"]).all()
    assert np.abs(key["fixed_kl"][0] - raw["fixed_kl"][0]) < 0.03
    assert raw["taylor_state"][1] == taylor_state_size(32, 4) == 58_905


def test_sharp_heads_lose_most_and_random_features_may_be_worse_than_nothing():
    sharp = shown("heads-through-maps", map="ELU + 1")
    nearly = maps_by_head("key")["ELU + 1"] / maps_by_head("raw")["uniform"]
    assert nearly[sharp["entropy"] < 2].min() > 0.85
    taylor = shown("heads-through-maps", map="Taylor 2")
    even = taylor["entropy"] > np.median(taylor["entropy"])
    assert taylor["shifted"][even].max() < taylor["shifted"][~even].mean()
    assert shown("heads-through-maps", map="FAVOR+ 64")["worse_than_uniform"] > 5
    for name in ("Taylor 2", "Taylor 4", "FAVOR+ 256", "ReLU"):
        assert shown("heads-through-maps", map=name)["better"] > 36
