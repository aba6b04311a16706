"""The claims on mixtures of heads, and what their figure shows."""

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.structure.mixture_of_heads import claims, head_gates
from attnkit.structure.mixture_of_heads.experiments import kept
from attnkit.structure.mixture_of_heads.recorded import moved


@pytest.mark.claim("mean-gate-is-one")
def test_gates_of_even_sides_sum_to_the_heads_that_are_on():
    measured = claims.gates_are_one()
    assert measured["even sides, furthest from 6"] < 1e-12
    assert measured["uneven sides, furthest from 6"] > 0.1
    assert measured["zero routers, all on, furthest from one"] < 1e-15
    generator = torch.Generator().manual_seed(7)
    for n_active in (1, 3, 5):
        parts = [torch.randn(11, size, generator=generator) for size in (3, 5)]
        total = head_gates(*parts, torch.zeros(11, 2), n_active=n_active).sum(-1)
        torch.testing.assert_close(total, torch.full((11,), 3.0 + n_active))


@pytest.mark.claim("tokens-choose-heads")
def test_what_a_head_adds_is_a_better_guide_than_chance_and_a_query_a_worse_one():
    found = {name: rows.mean(0) for name, rows in moved().items()}
    for way in ("output", "added"):
        assert (found[way][:2] < 0.7 * found["chance"][:2]).all()
        assert found[way][2] < found["chance"][2]
    assert (found["query"] > found["chance"]).all()
    assert (found["added, one choice for all"] > found["chance"]).all()
    added, chance = moved()["added"], moved()["chance"]
    assert ((added < chance).mean(0)[:2] > 0.9).all()


def test_the_page_s_numbers_are_those_of_the_recorded_run():
    ways = ("chance", "added", "query", "added, one choice for all")
    assert {len(rows) for rows in moved().values()} == {30}
    for place, told in ((0, (0.06, 0.03, 0.10, 0.07)), (1, (0.17, 0.10, 0.22, 0.17))):
        assert [moved()[way][:, place].mean() for way in ways] == pytest.approx(told, abs=0.0051)


def test_as_many_heads_are_kept_for_each_token():
    scores = torch.rand(12, 17, generator=torch.Generator().manual_seed(0))
    gates = kept(scores, 5)
    assert (gates.sum(0) == 5).all()
    assert (scores.where(gates > 0, 2.0).amin(0) > scores.where(gates == 0, -1.0).amax(0)).all()


def test_the_figure_shows_idle_heads_where_all_want_the_same():
    compute = gallery()["heads-that-are-on"].compute
    even, same = (compute(taste=taste) for taste in (0.0, 1.0))
    assert same["balance"] > even["balance"] + 1
    assert set(same["load"]) == {0.0, 1.0}
    assert even["load"].min() > 0
    whole = compute(n_on=12, sharp=0.0)
    np.testing.assert_allclose(whole["gates"], 1.0)
    assert whole["cost_now"] == 0
