"""What the page on Aaren claims, over seeds where chance has a say."""

import math
from pathlib import Path

import pytest
import torch

from attnkit.linear_time.aaren import claims
from attnkit.linear_time.aaren.experiments.real_queries import best_query, information
from attnkit.linear_time.aaren.recorded import real_queries, toy_errors
from attnkit.linear_time.aaren.theory import PLANS
from attnkit.linear_time.shared.rows import divergence


@pytest.mark.claim("any-bracketing")
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("spread", [2.0, 20.0])
def test_any_bracketing_reads_the_same(spread, seed):
    assert claims.bracketed(spread, seed=seed) < 1e-12


@pytest.mark.claim("any-bracketing")
def test_any_bracketing_of_the_claim():
    assert max(claims.any_bracketing().values()) < 1e-12


@pytest.mark.claim("rounds-and-merges")
def test_rounds_and_merges():
    found = claims.rounds_and_merges()
    assert found["one after another, rounds"] == found["one after another, merges"] == 1023
    assert found["fewest rounds, rounds"] == math.ceil(math.log2(1024))
    assert found["fewest rounds, merges"] > 9 * 1024
    assert found["few of both, rounds"] == 19
    assert found["few of both, merges"] < 2 * 1024


@pytest.mark.claim("three-two-one")
def test_three_two_one():
    assert claims.passes() == {"three": 3.0, "two": 2.0, "one": 1.0}


@pytest.mark.claim("any-cut-reads-the-same")
def test_merged_shards_are_the_row_and_the_mean_of_reads_is_not():
    found = claims.any_cut()
    assert found["merged, largest"] < 1e-14
    assert found["mean of reads, smallest"] > 0.1


@pytest.mark.claim("one-query-loses-the-information")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_single_row_is_nearer_than_the_mutual_information(seed):
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(3, 7, 11, generator=generator, dtype=torch.float64).softmax(-1)
    least = information(weights)
    assert (least > 0).all()
    for _ in range(20):
        row = torch.randn(3, 1, 11, generator=generator, dtype=torch.float64).softmax(-1)
        assert (divergence(weights, row.expand_as(weights)).mean(-1) > least).all()
    mean = weights.mean(-2)
    entropies = torch.special.entr(mean).sum(-1) - torch.special.entr(weights).sum(-1).mean(-1)
    torch.testing.assert_close(least, entropies)


def test_the_best_query_has_no_slope_left():
    generator = torch.Generator().manual_seed(0)
    keys = torch.randn(3, 11, 4, generator=generator, dtype=torch.float64)
    mean = torch.randn(3, 11, generator=generator, dtype=torch.float64).softmax(-1)
    row = (keys @ best_query(keys, mean)[..., None] / 2)[..., 0].softmax(-1)
    slope = ((row - mean)[..., None] * keys).sum(-2)
    assert slope.abs().max() < 1e-5


@pytest.mark.claim("one-query-loses-the-information")
def test_on_real_heads_the_best_query_leaves_the_information_and_little_more():
    found = real_queries()
    assert (found["best query"] >= found["information"] - 1e-3).all()
    assert (found["mean query"] >= found["best query"] - 1e-3).all()
    means = claims.one_query()
    assert means["best query"] < 1.35 * means["information"]
    assert 0.3 < means["best query"] / means["even"] < 0.8


@pytest.mark.claim("one-query-cannot-look-up")
def test_one_query_answers_the_question_that_is_always_the_same():
    same, own = toy_errors("highest"), toy_errors("same code")
    assert len(same["one query"]) == 3
    assert same["one query"].max() < 0.1
    assert own["one query"].min() > 0.6
    assert own["a query each"].max() < 0.01


@pytest.mark.claim("rounds-and-merges")
@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 13, 64])
def test_a_plan_makes_every_prefix(name, n):
    """Sets of tokens in place of triples: after all rounds place i has heard of 0 to i, once."""
    heard = [[i] for i in range(n)]
    for merges in PLANS[name](n):
        before = [list(each) for each in heard]
        assert len({end for _, end in merges}) == len(merges)
        for start, end in merges:
            heard[end] = before[start] + before[end]
    assert [sorted(each) for each in heard] == [list(range(i + 1)) for i in range(n)]


@pytest.mark.parametrize(
    ("label", "question"),
    [
        ("value of the highest priority so far", "highest"),
        ("mean value of this token's code so far", "same code"),
    ],
)
def test_the_page_s_table_is_the_recorded_run(label, question):
    page = Path(__file__).parents[3] / "book" / "linear_time" / "aaren" / "chapter.md"
    (line,) = (row for row in page.read_text().splitlines() if row.startswith(f"| {label} |"))
    found = toy_errors(question)
    for cell, layer in zip(line.split("|")[2:4], ("one query", "a query each"), strict=True):
        mean, spread = (float(number) for number in cell.split("±"))
        assert mean == pytest.approx(found[layer].mean(), abs=0.0006)
        assert spread == pytest.approx(found[layer].std(ddof=1), abs=0.0006)


def test_the_page_s_numbers_of_real_heads_are_the_recorded_run():
    page = Path(__file__).parents[3] / "book" / "linear_time" / "aaren" / "chapter.md"
    text, means = page.read_text(), claims.one_query()
    told = "{information:.2f} nats of {even:.2f} for even rows".format(**means)
    assert told in " ".join(text.split())
    assert f"the mean query leaves {means['mean query']:.2f}" in " ".join(text.split())
    least = real_queries()["information"]
    assert f"({least.min():.2f} to {least.max():.1f} nats)" in text
