"""The claim on selective self-attention, and what was recorded of trained pairs of queries."""

from statistics import fmean

import pytest
import torch

from attnkit.experiments import experiments, load
from attnkit.length.selective import (
    claims,
    norm_with_free_temperatures,
    norm_with_read_temperatures,
    plain_norm,
)
from attnkit.length.selective.figures.selective_two_queries import within


@pytest.mark.claim("selective-norms")
def test_one_matrix_grows_and_free_temperatures_do_not():
    found = claims.selective_norms()
    for name in ("no temperature", "temperatures read"):
        norms = [found[f"{name}, cosine {cosine}"] for cosine in ("0", "0.9", "0.99")]
        assert norms == sorted(norms)
        assert norms[-1] > 4 * norms[0]
    free = [found[f"free temperatures, cosine {cosine}"] for cosine in ("0", "0.9", "0.99")]
    assert free == sorted(free, reverse=True)
    assert free == pytest.approx([4.8, 4.1, 4.0], abs=0.05)
    one = [found[f"no temperature, cosine {cosine}"] for cosine in ("0", "0.9", "0.99")]
    assert one == pytest.approx([8.1, 16.3, 49.7], abs=0.05)
    assert found["temperatures read, cosine 0.99"] == pytest.approx(18.5, abs=0.05)


@pytest.mark.claim("selective-norms")
@pytest.mark.parametrize("first", [2.0, 8.0, 16.0])
def test_free_temperatures_pay_wherever_the_sharpness_differs_much(first):
    for cosine in (0.9, 0.95, 0.99, 0.999):
        assert norm_with_free_temperatures(cosine, first, 1.0) < plain_norm(cosine, first, 1.0)
    assert norm_with_free_temperatures(0.9, 1.0, 1.0) > plain_norm(0.9, 1.0, 1.0)  # nothing to save


@pytest.mark.parametrize("cosine", [0.0, 0.9, 0.99])
def test_a_matrix_within_its_budget_is_the_nearest(cosine):
    wanted = torch.tensor([8.0, 1.0], dtype=torch.float64)
    found = within(cosine, wanted, 3.0)
    assert plain_norm(cosine, *found.tolist()) == pytest.approx(3.0)
    generator = torch.Generator().manual_seed(0)
    for _ in range(31):
        other = found + 0.05 * torch.randn(2, generator=generator, dtype=torch.float64)
        other = other * 3.0 / plain_norm(cosine, *other.abs().tolist())
        assert (other - wanted).norm() >= (found - wanted).norm() - 1e-9
    assert torch.equal(within(cosine, wanted, 100.0), wanted)


def recorded(temperature, cosine, name):
    return [
        unit["result"][name]
        for unit in load("length-selective")["units"]
        if (unit["case"]["temperature"], unit["case"]["cosine"]) == (temperature, cosine)
    ]


@pytest.mark.parametrize("cosine", [0.9, 0.99])
def test_recorded_norms_are_in_order_in_every_seed(cosine):
    kinds = ("none", "read", "bounded", "free")
    for norms in zip(*(recorded(kind, cosine, "norm") for kind in kinds), strict=True):
        none, read, bounded, free = norms
        assert none > read > max(bounded, free)


def test_recorded_norms_lie_near_what_the_theory_says():
    for kind, norm in (("none", 34.4), ("read", 14.0), ("bounded", 5.8), ("free", 4.8)):
        assert fmean(recorded(kind, 0.99, "norm")) == pytest.approx(norm, abs=0.06)
    for kind, theory in (
        ("none", plain_norm),
        ("free", norm_with_free_temperatures),
        ("read", norm_with_read_temperatures),
    ):
        assert fmean(recorded(kind, 0.9, "norm")) == pytest.approx(theory(0.9, 8.0, 1.0), rel=0.21)


def test_recorded_rows_are_fitted_worst_by_one_matrix():
    assert min(recorded("none", 0.99, "divergence")) > max(recorded("read", 0.99, "divergence"))
    assert max(recorded("free", 0.99, "divergence")) < 1e-4


def test_a_quick_unit_runs_twice_alike():
    experiment = experiments()["length-selective"]
    case = experiment.cases["quick"][0]
    first, second = (experiment.run(case, seed=0, device="cpu") for _ in range(2))
    assert first == second
