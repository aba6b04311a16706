"""The claims on attention sinks: the recorded order in every head, and the law of fading."""

import math

import pytest
import torch

from attnkit import trained
from attnkit.densities import softmax
from attnkit.normalisation.sinks import claims
from attnkit.normalisation.sinks.recorded import heads_of

SHARES = (0.05, 0.2, 0.5, 0.8)


@pytest.mark.claim("sinks-order")
@pytest.mark.parametrize("share", SHARES)
def test_the_order_holds_in_each_of_five_heads_at_each_share(share):
    marked = heads_of("softmax", True, share)["first"]
    words = heads_of("softmax", False, share)["first"]
    alone = heads_of("sigmoid, b = −log n", True, share)["first"]
    assert len(marked) == len(words) == len(alone) == 5
    assert max(alone) < 0.25 < 0.8 < min(marked)
    assert max(words) < 0.3
    assert min(heads_of("key bias", False, share)["slot"]) > 0.75


@pytest.mark.claim("sinks-order")
def test_the_page_s_numbers_at_a_fifth():
    measured = claims.sinks_order()
    assert measured["first token, softmax, with a mark, least"] > 0.98
    assert measured["first token, sigmoid −log n, with a mark, most"] < 0.06
    assert measured["slot, key bias, words only, least"] > 0.98
    assert measured["first token, softmax, words only, most"] < 0.2


def test_what_relieves_softmax_and_what_does_not():
    """Sentences of the page that are no claims of their own."""
    without = heads_of("softmax", False, 0.2)["loss"]
    with_mark = heads_of("softmax", True, 0.2)["loss"]
    assert min(without) > 400 * max(with_mark)
    assert sum(without) / 5 == pytest.approx(0.11, abs=0.005)
    on_mark = [sum(heads_of("softmax", True, share)["first"]) for share in SHARES]
    assert on_mark == sorted(on_mark, reverse=True)
    assert max(heads_of("softmax", True, 0.2)["first_value"]) < 0.001
    for way in ("key bias", "softmax plus one"):  # where there is a mark, no cure is used
        assert min(heads_of(way, True, 0.2)["first"]) > 0.9
    assert min(heads_of("softmax plus one", False, 0.8)["first"]) > 0.19
    assert max(heads_of("normalised sigmoid", True, 0.2)["first"]) < 0.35
    trained, untrained = (
        heads_of("sigmoid, b = 0", True, share)["row_sum"] for share in (0.5, 0.05)
    )
    assert max(trained) < 0.13
    assert min(untrained) > 3.8


@pytest.mark.claim("sinks-fade")
def test_the_share_falls_by_one_logit_for_each_factor_e():
    measured = claims.sinks_fade()
    assert measured["slope"] == pytest.approx(-1.0, abs=1e-12)
    for n in (10, 100, 1000):
        scores = torch.cat([torch.tensor([5.0]), torch.zeros(n)]).double()
        share = softmax(scores)[0].item()
        assert measured[f"n = {n}"] == pytest.approx(math.log(share / (1 - share)), rel=1e-10)


def test_what_the_page_says_of_the_encoder():
    assert int((trained.heads()["first_share"] > 0.3).sum()) == 39
    lengths = trained.by_length()
    assert (lengths["high"][0], lengths["low"][-1]) == (30, 300)
    assert lengths["heads_above"][0] == 61
    assert lengths["heads_above"][-1] == 3
