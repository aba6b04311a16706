"""The claims on the one form, on other seeds and settings than they measure."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.experiments import load
from attnkit.linear_time import dsf
from attnkit.linear_time.dsf import claims
from attnkit.linear_time.shared.recorded import (
    maps_by_head,
    maps_by_passage,
    maps_in_mean,
    moved,
)

PAGES = Path(__file__).parents[3] / "book" / "linear_time"


@pytest.mark.claim("one-step-for-all-channels")
@pytest.mark.parametrize("seed", range(6))
def test_with_one_step_it_is_linear_attention_and_with_several_no_one_map(seed):
    assert claims._difference(seed=seed) < 1e-12
    assert claims.unshared_share(0.0, seed=seed) < 1e-28
    assert 0.07 < claims.unshared_share(1.0, seed=seed) < 0.2


@pytest.mark.claim("order-against-keys")
def test_what_an_order_keeps_is_counted_off_its_state():
    measured = claims.break_even()
    q, k, v = torch.randn(3, 2, 32)
    for order in (2, 4):
        kept = dsf.taylor_order_attention(q, k, v, order=order)[1].numel()
        tokens = measured[f"width 32, order {order}"]
        assert 64 * (tokens - 1) <= kept < 64 * tokens
    assert measured["width 32, order 2"] == 290
    assert measured["width 32, order 4"] == 30_373
    assert measured["width 32, order 6"] > 1_000_000


@pytest.mark.claim("opposite-shifts")
def test_the_two_families_want_opposite_shifts_in_nearly_every_passage():
    measured = claims.opposite_shifts()
    assert measured["Taylor 2, less the mean key, falls"] == 30
    assert measured["Taylor 2, less both means, falls"] == 0
    assert measured["FAVOR+ 256, less both means, falls"] == 30
    assert measured["FAVOR+ 256, less the mean key, falls"] == 1
    for width in (64, 256, 1024):
        raw, key, both = (maps_by_passage(way)[f"FAVOR+ {width}"] for way in ("raw", "key", "both"))
        assert (both < raw).all()
        assert (key < raw).sum() <= 2
        assert both.mean() < 0.8 * raw.mean() < raw.mean() < 0.9 * key.mean()
    assert measured["Taylor 2, less the mean key"] < 0.6 * measured["Taylor 2, raw"]


@pytest.mark.claim("opposite-shifts")
def test_the_best_recorded_share_lies_inside_the_scan():
    shares = (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
    key, both = (moved(along) for along in ("mean key", "mean key and mean query"))
    for name in ("Taylor 2", "Taylor 4", "Taylor 8"):
        assert shares[int(key[name].mean(0).argmin())] in (1.0, 1.25)
    for name in ("FAVOR+ 64", "FAVOR+ 256"):
        assert shares[int(both[name].mean(0).argmin())] == 1.0
        assert shares[int(key[name].mean(0).argmin())] == 0.0
    elu = np.concatenate([key["ELU + 1"].mean(0), both["ELU + 1"].mean(0)])
    assert elu.max() - elu.min() < 0.03


def test_the_table_of_the_story_is_the_recorded_run():
    lines = (PAGES / "1_where_the_spike_goes.md").read_text().splitlines()
    for name in (
        "ELU + 1",
        "ReLU",
        "Taylor 2",
        "Taylor 4",
        "Taylor 8",
        "FAVOR+ 256",
        "FAVOR+ 1024",
    ):
        (line,) = (each for each in lines if each.startswith(f"| {name} |"))
        told = [float(number) for number in re.findall(r"\d+\.\d+", line)]
        own = "both" if name.startswith("FAVOR+") else "key"
        tables = [maps_by_passage(way)[name] for way in ("raw", own)]
        means = maps_in_mean(own)[name]
        wanted = [tables[0].mean(), tables[1].mean(), means["entropy"]]
        assert told == pytest.approx(wanted, abs=0.0051)


def test_what_the_pages_count_of_heads_and_passages():
    assert maps_by_passage("raw")["uniform"].mean() == pytest.approx(1.51, abs=0.005)
    twelfth = maps_by_head("raw")["Taylor 12"]
    assert ((twelfth < 0.01).sum(), (twelfth > 1).sum()) == (37, 10)
    for way, told in (("key", (0.45, 0.16, 0.03, 0.01)), ("raw", (0.80, 0.63, 0.52, 0.42))):
        means = [maps_by_passage(way)[f"Taylor {p}"].mean() for p in (2, 4, 8, 12)]
        assert means == pytest.approx(told, abs=0.0051)
    random, even = (
        maps_in_mean(way)[name]["same_highest"]
        for way, name in (("both", "FAVOR+ 256"), ("raw", "uniform"))
    )  # of equal weights the first is the highest
    assert (random, even) == pytest.approx((0.46, 0.60), abs=0.0051)
    lengths = [unit["result"]["n"] for unit in load("linear-time-maps-real")["units"]]
    assert (min(lengths), max(lengths)) == (8, 401)
    for name in ("uniform", "ELU + 1", "Taylor 2"):
        assert np.corrcoef(np.log(lengths), maps_by_passage("raw")[name])[0, 1] > 0.8


def test_in_63_heads_the_mean_score_is_negative():
    units = load("memory-based-real")["units"]
    means = np.mean([unit["result"]["mean score"] for unit in units], axis=0)
    assert (means < 0).sum() == 63
