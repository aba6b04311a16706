"""The claims on drawn graphs, on other seeds than they measure; and what the figure is to show."""

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.selection import block_matrix, dropped_by, edge_chances, sbm_attention, sbm_keys
from attnkit.selection.sbm import claims
from attnkit.selection.sbm.chances import members
from attnkit.selection.sbm.chosen import FLOOR, chances_at
from attnkit.selection.sbm.experiments import SBM_REAL


@pytest.mark.claim("sbm-edge-ceiling")
@pytest.mark.parametrize("seed", range(5))
def test_no_chance_is_above_the_ceiling(seed):
    assert max(claims.ceiling().values()) <= 1 + 1e-12
    generator = torch.Generator().manual_seed(seed)
    queries, keys, clusters = 2 * torch.randn(3, 31, 7, generator=generator, dtype=torch.float64)
    bound = [members(t, clusters, -1.0).amax(-1) for t in (queries, keys)]
    chances = edge_chances(queries, keys, clusters, bias=-1.0, floor=0.0)
    assert (chances <= bound[0][:, None] * bound[1] + 1e-12).all()


@pytest.mark.claim("crisp-clusters-are-thin")
def test_crisp_clusters_are_thin():
    measured = claims.crisp()
    for k in (2, 4, 8, 16, 32):
        assert measured[f"k = {k}, inside"] <= 1 / k + 1e-12
        assert measured[f"k = {k}, mean"] == pytest.approx(1 / k**2)
    assert measured["k = 32, mean"] < 0.01 / 10


@pytest.mark.claim("crisp-clusters-are-thin")
@pytest.mark.parametrize("seed", range(3))
def test_their_mean_chance_is_the_same_for_any_blocks(seed):
    generator = torch.Generator().manual_seed(seed)
    blocks = block_matrix(torch.randn(7, 3, generator=generator, dtype=torch.float64))
    belongs = torch.eye(7, dtype=torch.float64).repeat_interleave(5, 0)
    assert (belongs @ blocks @ belongs.mT).mean().item() == pytest.approx(1 / 49)


@pytest.mark.claim("drawn-share-of-pairs")
def test_the_share_drawn_is_within_four_deviations():
    assert claims.drawn()["largest"] < 4
    others = [claims.apart(seed) for seed in range(100, 120)]
    assert max(map(abs, others)) < 4
    assert 0.4 < np.std(others) < 1.7


@pytest.mark.claim("floor-keeps-rows")
def test_the_floor_keeps_most_rows():
    measured = claims.empty_rows()
    assert measured["floor 0.0"] == pytest.approx(0.55, abs=0.06)
    assert measured["floor 0.01"] == pytest.approx(1 / 7, abs=0.03)
    for seed in range(20, 25):
        assert claims.empty_share(0.01, seed) < 0.5 * claims.empty_share(0.0, seed)


@pytest.mark.claim("graph-on-real-rows")
def test_on_real_rows_the_graph_catches_little():
    measured = claims.real_rows()
    assert measured["1/8, mass"] == pytest.approx(0.19, abs=0.005)
    assert measured["1/8, window + ends"] == pytest.approx(0.50, abs=0.005)
    assert measured["1/8, empty"] == pytest.approx(0.06, abs=0.005)
    for budget in ("1/16", "1/8", "1/4"):
        assert measured[f"{budget}, density"] < measured[f"{budget}, mass"]
        assert measured[f"{budget}, mass"] < measured[f"{budget}, window + ends"]


@pytest.mark.claim("graph-on-real-rows")
def test_the_recorded_run_is_repeated():
    pytest.importorskip("transformers")
    first, second = (SBM_REAL.run({"passage": 9}, seed=0, device="cpu") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("n_keys", [3, 7, 20])
def test_the_bias_meets_the_budget(n_keys):
    generator = torch.Generator().manual_seed(0)
    queries, keys = torch.randn(2, 2, 3, 41, 8, generator=generator, dtype=torch.float64).unbind()
    chances = chances_at(queries, keys, n_keys)
    wanted = torch.full((2, 3), n_keys / 41, dtype=torch.float64)
    torch.testing.assert_close(chances.mean((-2, -1)), wanted)
    assert chances.min() >= FLOOR


def test_a_read_differs_from_softmaxs_by_twice_the_mass_dropped_at_most():
    generator = torch.Generator().manual_seed(0)
    queries, keys, values = torch.randn(3, 29, 5, generator=generator, dtype=torch.float64).unbind()

    def seeded():
        return torch.Generator().manual_seed(1)

    read = sbm_attention(queries, keys, values, generator=seeded())
    told = dropped_by(queries, keys, sbm_keys(queries, keys, generator=seeded()))
    whole = torch.nn.functional.scaled_dot_product_attention(queries, keys, values)
    bound = 2 * told.mass * values.norm(dim=-1).max()
    assert ((read - whole).norm(dim=-1) <= bound + 1e-12).all()
    assert (told.mass > 0).all()


@pytest.fixture(scope="module")
def compute():
    return gallery()["graph-of-clusters"].compute


def test_crisp_clusters_meet_with_a_quarter_at_most(compute):
    crisp = compute(bias=-4.0, sharpness=8.0, floor=0.0, draw=0)
    assert 0.2 < crisp["highest"] < 0.28
    within = np.kron(np.eye(4), np.ones((7, 7))) > 0
    assert crisp["chances"][within].min() > 5 * crisp["chances"][~within].mean()
    shown = compute(bias=-4.0, sharpness=8.0, floor=0.01, draw=0)
    assert 0.25 < shown["highest"] < 0.3
    full = compute(bias=2.0, sharpness=8.0, floor=0.0, draw=0)
    assert full["chances"][~within].min() > 0.5


def test_without_the_floor_rows_run_empty(compute):
    for sharpness in (1.0, 8.0):
        bare, lifted = (compute(bias=-6.0, sharpness=sharpness, floor=f) for f in (0.0, 0.01))
        assert bare["empty"] > lifted["empty"]
    assert compute(bias=-6.0, sharpness=1.0, floor=0.0)["empty"] == 1.0
