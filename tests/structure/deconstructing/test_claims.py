"""The claims on deconstructed layers: the recorded runs, other seeds, and what figures show."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.memory import recall_sequences
from attnkit.structure.deconstructing import KINDS, claims, second_order_weights
from attnkit.structure.deconstructing.experiments.trained import LONGER, learning
from attnkit.structure.deconstructing.recorded import learned, learned_longer, moved

PAGE = Path(__file__).parents[3] / "book" / "structure" / "deconstructing" / "chapter.md"


@pytest.mark.claim("second-layer-reads-content")
def test_the_second_layer_must_see_what_the_first_has_read():
    measured = claims.second_layer()
    assert measured["worst, content or places first, content second"] > 0.99
    assert measured["best, static or blind second"] < 0.35
    assert measured["best, no mixing first"] < 0.2
    assert measured["best, no mixing at all"] < 0.08


@pytest.mark.claim("second-layer-reads-content")
def test_the_order_of_two_layers_holds_on_another_seed():
    right = learning(["positional", "standard"], 150, 11)[-1]
    wrong = learning(["standard", "positional"], 150, 11)[-1]
    assert right > 0.9
    assert wrong < 0.25


@pytest.mark.claim("static-second-is-slower")
def test_a_static_second_layer_learns_more_in_six_times_the_steps_and_a_blind_one_nothing():
    for kinds in LONGER:
        ends = learned_longer(*kinds)[:, -1]
        assert len(ends) == 3
        if kinds[-1] == "static":
            assert (ends > 0.485).all()
            assert (ends < 0.665).all()
            assert ends.min() > 1.7 * learned(*kinds)[:, -1].max()
        else:
            low, high = (0.99, 1.001) if kinds[0] == "fixed" else (0.16, 0.175)
            assert (ends > low).all()
            assert (ends < high).all()
    assert claims.six_times()["second order, static, best"] == pytest.approx(0.66, abs=0.0051)


@pytest.mark.claim("static-second-is-slower")
def test_by_elimination_places_and_static_scores_recall_without_an_error():
    generator = torch.Generator().manual_seed(0)
    tokens, answers = recall_sequences(64, 6, vocabulary=32, generator=generator)
    words = torch.nn.functional.one_hot(tokens, 32).double()
    sizes = torch.arange(18.0, dtype=torch.float64)
    passed, early = (
        (places / places.sum(-1, keepdim=True)) @ words
        for places in (torch.ones(18, 18).double().tril(), (-sizes).exp().expand(18, 18).tril())
    )
    equal = words[:, 12:] @ words[:, :12].mT  # static: tokens and places of the embedding
    found = early[:, 12:] - 1e3 * equal @ passed[:, :12]
    assert (equal.sum(-1) == 1).all()
    assert torch.equal(found[..., 16:].argmax(-1), answers)


@pytest.mark.claim("one-of-three-may-be-blind")
def test_in_three_layers_some_seed_does_without_any_one_of_them():
    measured = claims.third_layer()
    best = [found for name, found in measured.items() if name.endswith("best")]
    worst = [found for name, found in measured.items() if name.endswith("worst")]
    assert len(best) == 9
    assert min(best) > 0.99
    assert min(worst) == pytest.approx(0.33, abs=0.0051)


@pytest.mark.claim("early-layers-may-be-blind")
def test_five_layers_of_the_encoder_hardly_notice_and_the_last_does():
    found = claims.layers_of_a_real_encoder()
    positional, uniform, itself = (
        np.array([found[f"{name}, layer {i}"] for i in range(1, 7)])
        for name in ("positional", "uniform", "itself")
    )
    assert (positional[:5] < 0.04).all()
    assert positional[5] > 5 * positional[:5].max()
    assert (positional[:5] < 0.6 * uniform[:5]).all()
    assert positional[5] > 0.8 * uniform[5]
    assert (itself > 0.2).all()


@pytest.mark.claim("early-layers-may-be-blind")
def test_a_static_first_layer_of_the_encoder_is_its_own():
    assert np.abs(moved()["static"][:, 0]).max() < 1e-6
    assert (np.diff(moved()["static"].mean(0)[:6]) > 0).all()


@pytest.mark.claim("second-order-is-blunt")
def test_the_second_order_gives_at_most_a_share_that_grows_as_a_square():
    measured = claims.sharpest()
    assert measured["second order"] == pytest.approx(13 / 20.5, abs=1e-9)
    assert measured["softmax"] > 0.99
    for n in (3, 64):
        row = torch.full((n,), -1.0, dtype=torch.float64)
        row[0] = 7.0
        wanted = 32.5 / (32.5 + (n - 1) / 2)
        assert second_order_weights(row)[0].item() == pytest.approx(wanted)


def test_the_page_s_table_is_that_of_the_recorded_runs():
    lines = [line[2:-2].split(" | ") for line in PAGE.read_text().splitlines()]
    rows = [row for row in lines if {*row[0].split(", ")} <= {*KINDS} and "," in row[0]]
    assert len(rows) == 10
    for kinds, *cells in rows:
        for cell, found in zip(cells, (learned, learned_longer), strict=False):
            told = [float(number) for number in re.findall(r"\d\.\d+", cell)]
            if told:
                ends = found(*kinds.split(", "))[:, -1]
                assert told == pytest.approx([ends.min(), ends.max()], abs=0.0051), kinds


def test_the_page_s_numbers_on_the_encoder_are_those_of_the_recorded_run():
    means = {name: rows.mean(0) for name, rows in moved().items()}
    told = {
        "positional": (0.01, 0.03, 0.20),
        "static": (0.00, 0.07, 0.19),
        "uniform": (0.03, 0.08, 0.23),
        "itself": (0.24, 0.24, 0.27),
        "second order": (0.52, 0.07, 0.11),
        "centred": (0.05, 0.03, 0.04),
    }
    for name, numbers in told.items():
        assert means[name][[0, 4, 5]] == pytest.approx(numbers, abs=0.0051), name
    assert means["positional"][6] == pytest.approx(0.32, abs=0.0051)
    assert means["centred"][0] == pytest.approx(means["second order"][0] / 10, rel=0.05)
    assert {len(rows) for rows in moved().values()} == {30}


def test_figures_show_the_pair_and_the_exchange_that_are_chosen():
    compute = gallery()["switchboard"].compute
    good = compute(first="positional", second="standard")
    bad = compute(first="standard", second="positional")
    assert good["worst"] > 0.98 > 0.25 > bad["mean"]
    row, column = int(good["first_now"]) - 1, int(good["second_now"]) - 1
    assert good["table"][row, column] == pytest.approx(good["mean"], abs=6e-4)
    real = gallery()["exchanged-for-real"].compute
    assert real(exchange="positional")["without_last"] < real(exchange="uniform")["without_last"]
    assert real(exchange="uniform")["moved"] == pytest.approx(real(exchange="itself")["uniform"])
