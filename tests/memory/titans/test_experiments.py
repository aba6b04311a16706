"""What the page on Titans says of the toy and of the encoder, and quick runs of both."""

import math

import pytest

from attnkit.experiments import load
from attnkit.memory.shared.tuning import best_inside
from attnkit.memory.titans.experiments import (
    HIDDEN,
    RATES,
    TITANS_DEPTH,
    TITANS_ENCODER,
    read_error,
)
from tests.trained.models import needs_encoder


def recorded(name, **case):
    units = load(name)["units"]
    (found,) = (u["result"] for u in units if case.items() <= u["case"].items())
    return found


def mean(numbers):
    return sum(numbers) / len(numbers)


def test_depth_wins_on_a_rule_and_stores_pairs_no_better():
    pairs, rule = (
        {h: recorded("memory-titans-depth", task=t, hidden=h)["error"] for h in HIDDEN}
        for t in ("pairs", "teacher")
    )
    said = {0: (0.68, 0.80), 16: (0.91, 0.35), 256: (0.67, 0.20)}
    for hidden, wanted in said.items():
        found = mean(pairs[hidden]), mean(rule[hidden])
        assert found == pytest.approx(wanted, abs=0.006)
    assert max(*pairs[0], *pairs[256]) < min(pairs[16])
    assert min(pairs[256]) < min(pairs[0]) < max(pairs[0]) < max(pairs[256])  # a tie
    assert max(rule[256]) < min(rule[16]) < max(rule[16]) < min(rule[0])


def test_no_rate_was_chosen_at_an_end_of_its_grid():
    rates = {u["result"]["rate"] for u in load("memory-titans-depth")["units"]}
    assert rates < set(RATES[1:-1])


def test_a_rate_off_its_best_undoes_the_tie():
    case = {"task": "pairs", "n": 32, "hidden": 256}
    linear = mean(recorded("memory-titans-depth", task="pairs", hidden=0)["error"])
    for rate in (0.003, 0.012):
        assert read_error(case, rate, 0).mean() > linear


def test_the_best_of_a_grid_lies_inside_it():
    assert best_inside({0.1: 2.0, 0.2: 1.0, 0.4: math.inf}) == 0.2
    for errors in ({0.1: 1.0, 0.2: 2.0}, {0.4: 1.0, 0.1: 3.0, 0.2: 2.0}):
        with pytest.raises(ValueError, match=r"must lie inside the grid 0\.1 to .*widen"):
            best_inside(errors)


def test_real_keys_in_chunks_need_a_low_rate():
    cases = {(r, c): recorded("memory-titans-encoder", rate=r, chunk_size=c)
             for r in (1.0, 0.1) for c in (1, 4, 16, 64)}  # fmt: skip
    median = {key: found["error"][1] for key, found in cases.items()}
    assert median[1.0, 1] == pytest.approx(0.88, abs=0.005)
    assert median[1.0, 4] == pytest.approx(142, abs=1)
    assert cases[1.0, 4]["heads above one"] == 63
    assert median[1.0, 16] == pytest.approx(24_000, rel=0.03)
    assert [median[0.1, c] for c in (1, 16, 64)] == pytest.approx([0.80, 0.81, 0.91], abs=0.005)


def test_a_quick_run_of_the_toy():
    cases = TITANS_DEPTH.cases["quick"]
    linear, deep = (
        TITANS_DEPTH.run(case, seed=0, device="cpu")
        for case in cases
        if case["task"] == "teacher" and case["hidden"] in (0, 16)
    )
    assert mean(deep["error"]) < mean(linear["error"])


@needs_encoder
def test_a_quick_run_of_the_encoder():
    case = {"rate": 0.1, "n_passages": 1}
    one, many = (
        TITANS_ENCODER.run(case | {"chunk_size": c}, seed=0, device="cpu") for c in (1, 65536)
    )
    assert one["error"][1] < many["error"][1]
    assert 0 < one["cosine"] < 1
