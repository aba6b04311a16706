"""The claims on pointing, on other seeds and settings than they measure."""

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.interpretation.pointer import claims, point_once
from attnkit.interpretation.pointer.experiments.pointing import POINTER, run
from attnkit.interpretation.pointer.experiments.training import Sorting, numbers
from attnkit.interpretation.pointer.recorded import shares, trained_network


@pytest.mark.claim("the-mask-sorts")
def test_with_the_mask_lists_four_times_as_long_are_sorted_and_without_it_few_steps_are():
    measured = claims.mask_sorts()
    assert measured["masked, n = 40"] > 0.99
    assert measured["free, n = 10"] < 0.5
    assert 1.5 / 40 < measured["free, n = 40"] < 5 / 40
    assert measured["masked, mask taken off, n = 40"] == pytest.approx(1 / 40)


@pytest.mark.claim("the-mask-sorts")
def test_a_network_of_another_seed_learns_to_sort_in_a_few_steps():
    sorting = Sorting(11, masked=True, n_steps=200)
    sorting(200)
    lists = numbers(50, 23, torch.Generator().manual_seed(3))
    right = point_once(sorting.network, lists) == lists[..., 0].argsort(-1)
    assert right.double().mean() > 0.95


@pytest.mark.claim("the-mask-sorts")
@torch.no_grad()
def test_with_the_mask_the_query_moves_and_the_order_of_the_scores_does_not():
    network, inputs = trained_network("masked"), torch.linspace(0, 1, 41)[:, None]
    queries = network.ask(network.hidden(inputs))
    assert (queries[-1] - queries[0]).norm() > queries.norm(dim=-1).mean()
    falls = network(inputs, torch.arange(41)).diff(dim=-1)
    assert (falls < 0).all()
    assert falls.sum(-1).amin() < 2 * falls.sum(-1).amax()
    assert (trained_network("free")(inputs, torch.arange(41)).diff(dim=-1) > 0).any()


@pytest.mark.claim("a-clip-caps-the-weight")
def test_the_bound_is_reached():
    measured = claims.clip_caps()
    for clip in ("1", "2", "10"):
        assert measured[f"reached, C = {clip}"] == pytest.approx(measured[f"bound, C = {clip}"])
    assert measured["bound, C = 2"] == pytest.approx(0.583, abs=5e-4)


@pytest.mark.claim("a-pointer-moves-with-its-inputs")
@pytest.mark.parametrize("training", ["masked", "free"])
def test_the_same_numbers_are_pointed_at_in_any_order(training):
    assert claims.moved_inputs()["the same number"] == 1
    lists = torch.rand(31, 13, 1, generator=torch.Generator().manual_seed(8))
    network, turned = trained_network(training), lists.flip(1)
    before, after = (x.gather(1, point_once(network, x)[..., None]) for x in (lists, turned))
    assert torch.equal(before, after)


def test_the_page_s_shares_are_those_of_the_recorded_run():
    free = shares("free", "freely", "steps").mean(0)
    assert free == pytest.approx((0.72, 0.43, 0.14, 0.05), abs=0.0051)
    assert shares("free", "freely", "repeats").mean(0)[:2] == pytest.approx(
        (0.58, 0.94), abs=0.0051
    )
    assert shares("free", "once", "steps").mean(0)[0] == pytest.approx(0.85, abs=0.0051)
    assert (shares("masked", "once", "lists") == 1).all()


def test_a_quick_unit_runs_twice_alike():
    case = POINTER.cases["quick"][0] | {"steps": 5, "n_lists": 3}
    first, second = (run(case, seed=1, device="cpu") for _ in range(2))
    assert first == second


@pytest.fixture(scope="module")
def compute():
    return gallery()["pointing-in-order"].compute


def test_with_the_mask_the_path_is_the_sorted_list(compute):
    values = compute(n=20, done=0.8)
    seen = np.isfinite(values["path"])
    assert seen.sum() == 17
    np.testing.assert_allclose(values["path"][seen], values["sorted"][seen])


def test_without_the_mask_it_was_trained_with_the_path_stays(compute):
    values = compute(n=20, done=0.8, way="trained with, read without")
    assert np.nanmin(values["path"]) == np.nanmax(values["path"]) == values["sorted"][0]


def test_a_clip_of_two_keeps_the_weights_low(compute):
    from attnkit.interpretation.pointer import largest_clipped_weight

    values = compute(n=40, done=0.0, clip="two")
    assert values["largest"] <= largest_clipped_weight(40, 2.0)
    assert compute(n=40, done=0.0)["largest"] > values["largest"]
