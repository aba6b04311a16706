"""The claims on a learned alpha, and what its page says of the recorded runs."""

import numpy as np
import pytest
import torch

from attnkit.densities.adaptively_sparse import claims
from attnkit.densities.adaptively_sparse.experiments.learned_alpha import LEARNED_ALPHA
from attnkit.densities.adaptively_sparse.experiments.real_alphas import ADAPTIVE_REAL
from attnkit.densities.adaptively_sparse.recorded import SUMMARY
from attnkit.experiments import load
from tests.trained.models import needs_encoder


@pytest.mark.claim("alpha-at-one")
def test_the_slope_goes_to_its_limit_and_is_there():
    measured = claims.alpha_at_one()
    distances = [measured[f"alpha − 1 = {x:g}"] for x in (1e-1, 1e-3, 1e-6, 0.0)]
    assert distances == sorted(distances, reverse=True)
    assert distances[-2] < 1e-6
    assert distances[-1] < 1e-12
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        scores = 2 * torch.randn(31, generator=generator, dtype=torch.float64)
        p, logs = scores.softmax(-1), scores.log_softmax(-1)
        limit = -p * (logs**2 - (p * logs**2).sum()) / 2
        assert claims.distance(scores, 1e-7, limit) < 1e-5


@pytest.mark.claim("heads-order-alpha")
def test_the_sharp_head_has_the_larger_alpha_in_every_seed():
    measured = claims.heads_order()
    assert measured["scale fixed, least difference"] > 0.9
    assert measured["scale free, least difference"] > 0.8
    assert measured["scale fixed, spread of the flat head's alpha"] < 0.01
    assert measured["scale free, spread of the flat head's alpha"] > 0.08


def test_a_free_scale_does_what_alpha_would():
    """The numbers of the page's table: five seeds, three starts."""
    learned = SUMMARY["densities-learned-alpha"]
    ends = {
        ("fixed", "best key", "alpha"): (1.99, 2.0),
        ("fixed", "mean", "alpha"): (1.0, 1.01),
        ("free", "best key", "alpha"): (1.87, 1.99),
        ("free", "mean", "alpha"): (1.01, 1.12),
        ("free", "best key", "scale"): (383, 674),
        ("free", "mean", "scale"): (0.15, 0.18),
    }
    for (scale, wanted, name), (low, high) in ends.items():
        found = [x for heads in learned[scale].values() for x in heads[wanted][name]]
        assert len(found) == 15
        assert low <= float(f"{min(found):.3g}")
        assert float(f"{max(found):.3g}") <= high
    by_start = [np.mean(learned["free"][s]["best key"]["alpha"]) for s in ("1.1", "1.5", "1.9")]
    assert by_start == pytest.approx([1.88, 1.93, 1.99], abs=0.005)


@pytest.mark.claim("real-heads-alpha")
def test_real_heads_bear_little_and_a_scale_makes_up_for_most():
    measured = claims.real_heads()
    assert measured["keys of a row"] == pytest.approx(103, abs=0.5)
    assert measured["support at 1.5"] == pytest.approx(3.8, abs=0.05)
    assert measured["read-out moved at 1.5"] == pytest.approx(0.77, abs=0.006)
    assert measured["bear no 1.05"] == pytest.approx(0.66, abs=0.006)
    assert measured["apart at 1.5"] == pytest.approx(0.45, abs=0.006)
    assert measured["apart at 1.5, best scale"] == pytest.approx(0.15, abs=0.006)
    borne = SUMMARY["densities-adaptively-sparse-real"]["borne"]
    assert borne["2"] == pytest.approx(0.011, abs=0.0005)


def test_the_best_scale_lies_inside_its_grid():
    heads = SUMMARY["densities-adaptively-sparse-real"]["best scale"]
    assert heads[0] == heads[-1] == 0.0
    assert sum(heads) == pytest.approx(72, abs=0.01)
    support = SUMMARY["densities-adaptively-sparse-real"]["by alpha"]["1.5"]["support"]
    assert [support[0], support[-1]] == pytest.approx([1.06, 27.2], abs=0.05)


def test_a_quick_unit_runs_twice_alike():
    case = LEARNED_ALPHA.cases["quick"][0]
    first, second = (LEARNED_ALPHA.run(case, seed=0, device="cpu") for _ in range(2))
    assert first == second
    assert first["best key"]["alpha"] > 1.1 > first["mean"]["alpha"]
    assert first["best key"]["scale"] == 3.0


@needs_encoder
def test_a_real_passage_is_read_as_recorded():
    case = ADAPTIVE_REAL.cases["quick"][0]
    found = ADAPTIVE_REAL.run(case, seed=0, device="cpu")
    (recorded,) = (
        unit["result"]
        for unit in load("densities-adaptively-sparse-real")["units"]
        if unit["case"] == case
    )
    assert found["n"] == recorded["n"]
    told = [r["by alpha"]["1.5"]["moved"] for r in (found, recorded)]
    np.testing.assert_allclose(*told, rtol=0.02)
    assert np.mean(np.array(found["borne"]) == recorded["borne"]) > 0.95
