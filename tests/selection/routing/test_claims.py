"""The claims on routing, on other seeds than they measure; the figure; and the page's table."""

import re
from pathlib import Path

import pytest
import torch

from attnkit.explore import gallery
from attnkit.selection import dropped_by, routed_keys, routing_weights
from attnkit.selection.routing import claims
from attnkit.selection.routing.experiments import ROUTING_REAL
from attnkit.selection.routing.hashing import hashed_keys


@pytest.mark.claim("routing-on-clumps")
def test_on_clumps_it_catches_more_than_its_share_and_leaves_rows_out():
    measured = claims.on_clumps()
    assert measured["1.0, mass over density"] > 4
    assert measured["0.0, mass over density"] < measured["1.0, mass over density"]
    for seed in range(10, 20):
        found = claims.routed(2.0, seed)
        assert found["mass"] > 2 * found["density"]
        assert found["empty"] > 0
    assert min(claims.routed(2.0, seed)["empty"] for seed in range(10)) > 0


@pytest.mark.claim("routing-counts-pairs-once")
@pytest.mark.parametrize("seed", range(20, 25))
def test_pairs_in_two_clusters_count_once(seed):
    measured = claims.counted_pairs()
    assert measured["mean"] < measured["largest"] <= 1
    assert claims.routed(1.0, seed)["counted"] <= 1


@pytest.mark.claim("routing-on-real-rows")
def test_on_real_rows_it_catches_less_than_a_window():
    measured = claims.real_rows()
    for way in ("routing", "hashing, 4 rounds"):
        of = {name: measured[f"{way}, 1/8, {name}"] for name in ("mass", "density", "empty")}
        assert of["mass"] > 3 * of["density"]
        for budget in ("1/16", "1/8", "1/4"):
            mass = measured[f"window + ends, {budget}, mass"]
            assert measured[f"{way}, {budget}, mass"] < mass
            empty = measured[f"hashing, 4 rounds, {budget}, empty"]
            assert empty < measured[f"routing, {budget}, empty"]


ROWS = {
    "routing": "routing",
    "routing, centred": "routing, centred",
    "hashing, four rounds": "hashing, 4 rounds",
    "hashing, one round": "hashing, 1 round",
    "window, first and last": "window + ends",
}


def test_the_page_s_table_is_the_recorded_run():
    page = Path(__file__).parents[3] / "book" / "selection" / "routing" / "chapter.md"
    measured, text = claims.real_rows(), page.read_text()
    for label, way in ROWS.items():
        mass, empty = re.search(rf"^\| {label} \| (\S+) \| (.+) \|$", text, re.M).groups()
        assert float(mass) == pytest.approx(measured[f"{way}, 1/8, mass"], abs=0.0051)
        if empty != "none":
            share = float(empty.split()[0]) / 100
            assert share == pytest.approx(measured[f"{way}, 1/8, empty"], abs=0.0051)


def test_the_recorded_run_is_repeated():
    pytest.importorskip("transformers")
    first, second = (ROUTING_REAL.run({"passage": 5}, seed=0, device="cpu") for _ in range(2))
    assert first == second


def test_hashing_keeps_pairs_of_one_bucket():
    generator = torch.Generator().manual_seed(0)
    queries, keys = torch.randn(2, 3, 29, 8, generator=generator, dtype=torch.float64).unbind()

    def kept(n_rounds):
        chance = torch.Generator().manual_seed(1)
        return hashed_keys(queries, keys, 8, n_rounds, chance)

    assert (kept(4) >= kept(1)).all()
    chance = torch.Generator().manual_seed(1)
    drawn = torch.randn(8, 4, generator=chance, dtype=torch.float64)
    for i in range(29):
        for j in range(29):
            mine, yours = (
                torch.cat([x @ drawn, -x @ drawn]).argmax() for x in (queries[0, i], keys[0, j])
            )
            assert kept(1)[0, i, j] == (mine == yours)
    assert hashed_keys(queries, queries, 8, 1, chance).diagonal(dim1=-2, dim2=-1).all()


def test_what_is_kept_reports_what_it_dropped():
    queries, keys = claims.clumps(1.0, 3)
    settings = {"centroids": torch.eye(16, dtype=torch.float64), "n_members": 16}
    told = dropped_by(queries, keys, routed_keys(queries, keys, **settings))
    weights = routing_weights(queries, keys, **settings)
    assert torch.equal(told.empty, weights.sum(-1) == 0)
    assert (told.mass[told.empty] > 0.999).all()


@pytest.fixture(scope="module")
def compute():
    return gallery()["routing-cells"].compute


def test_more_members_leave_fewer_queries_out_and_overlap(compute):
    few, many = (compute(n_clusters=8, n_members=w, clusteredness=1.0) for w in (5, 10))
    assert few["empty"] > many["empty"] == 0
    assert many["density"] < 0.75 * many["counted"]
    assert few["mass"] > 2 * few["random"]


def test_even_tokens_are_better_served_than_clumps(compute):
    even, clumped = (compute(n_clusters=8, n_members=5, clusteredness=s) for s in (0.0, 1.0))
    assert even["empty"] < clumped["empty"]
    even, clumped = (compute(n_clusters=16, n_members=5, clusteredness=s) for s in (0.0, 1.0))
    assert (even["empty"], clumped["empty"]) == (0, 0.125)


def test_rows_run_empty_without_clumps_too():
    page = Path(__file__).parents[3] / "book" / "selection" / "routing" / "chapter.md"
    told = re.search(r"without any, (\S+) % run empty, and (\S+) % in clumps", page.read_text())
    measured = claims.on_clumps()
    for number, spread in zip(told.groups(), (0.0, 2.0), strict=True):
        assert float(number) / 100 == pytest.approx(measured[f"{spread}, empty"], abs=0.0051)
