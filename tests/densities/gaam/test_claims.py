"""The claims on Gaussian adaptive attention: recorded, and small units run again."""

import numpy as np
import pytest
import torch

from attnkit.densities.gaam import claims
from attnkit.densities.gaam.experiments.bumps import BUMPS, ROW, TARGET
from attnkit.densities.gaam.experiments.real import features_of, fitted
from attnkit.densities.gaam.gaam import gaam_weights
from attnkit.densities.gaam.recorded import SUMMARY, by_head
from attnkit.experiments import experiments
from attnkit.explore import gallery
from tests.trained.models import needs_encoder


@pytest.mark.claim("one-gaussian")
def test_five_gaussians_are_one():
    found = claims.one_is_enough()
    assert found["peak"] == pytest.approx(-1.1009, abs=1e-4)
    assert found["width"] == pytest.approx(0.6163, abs=1e-4)
    assert max(found["largest difference"], claims.apart(seed=1)) < 1e-6


@pytest.mark.claim("two-bumps")
def test_a_product_cannot_have_two_bumps_and_a_sum_can():
    found = claims.bumps()
    assert len(SUMMARY["densities-gaam-bumps"]["product of 5"]["divergence"]) == 5
    assert found["mixture of 5, largest"] < 0.001
    assert found["mixture of 2, least"] < 0.001
    assert max(found[f"product of {n}, largest"] for n in (1, 2, 5)) < 0.735
    assert min(found[f"product of {n}, least"] for n in (1, 2, 5)) > 0.685
    two = SUMMARY["densities-gaam-bumps"]["mixture of 2"]["divergence"]
    assert sum(each < 0.001 for each in two) == 2
    again = BUMPS.run({"form": "product", "n_gaussians": 3}, seed=21, device="cpu")
    assert again["divergence"] > 0.5


@pytest.mark.claim("gate-of-heads")
def test_a_gate_sums_to_the_number_of_heads_and_shrinks_by_their_parts():
    found = claims.gate_of_heads()
    for n_heads in (1, 4, 12):
        assert found[f"{n_heads} heads, sum"] == pytest.approx(n_heads, abs=1e-4)
        assert 0.6 < found[f"{n_heads} heads, size"] * 48 / n_heads < 0.9


@pytest.mark.claim("gaam-real")
def test_real_heads_choose_the_endless_width():
    found = claims.real_rows()
    assert found["heads of finite width"] < 0.2
    assert found["median head"] < 0.25 * found["median head, equal weights"]
    assert found["median head, a parabola of any sign"] < found["median head"]
    assert (by_head("product") < by_head("uniform")).all()


@needs_encoder
def test_a_real_passage_is_fitted_as_recorded():
    found = experiments()["densities-gaam-real"].run({"passage": 14}, seed=0, device="cpu")
    assert np.shape(found["product"]) == (72,)
    assert found["finite"] < 0.3
    assert np.corrcoef(found["product"], by_head("product"))[0, 1] > 0.5
    assert (np.array(found["product"]) <= np.array(found["uniform"])).all()


def test_the_fit_finds_what_made_the_rows():
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(1, 2, 7, 13, generator=generator, dtype=torch.float64)
    offsets, widths = torch.tensor([0.7]).double(), torch.tensor([0.9]).double()
    weights = gaam_weights(scores, offsets, widths)
    left, made = fitted(features_of(scores), weights)
    assert left.abs().max() < 1e-9
    wanted = torch.stack([offsets[0], torch.ones(()).double()]) / widths.square()
    torch.testing.assert_close(made, wanted.expand(1, 2, 2), rtol=1e-3, atol=1e-4)


def test_the_target_has_two_bumps_and_the_figure_counts_them():
    low = (TARGET[1:-1] > TARGET[:-2]) & (TARGET[1:-1] > TARGET[2:])
    assert low.sum() == 2
    assert TARGET[ROW.abs() < 0.3].sum() < 0.01
    compute = gallery()["product-of-gaussians"].compute
    near, far = (compute(apart=a, first=0.7, second=1.3) for a in (0.0, 8.0))
    assert near["now_mean"][0] == 1
    assert far["now_mean"][0] == 2
    assert (far["modes_product"] == 1).all()
    assert near["width"] == far["width"] < far["narrowest"]
