"""The claims on elastic softmax, over more rows and seeds than they measure."""

import pytest
import torch

from attnkit.experiments import load
from attnkit.normalisation import elastic_softmax
from attnkit.normalisation.elastic import claims
from attnkit.normalisation.elastic.theory import share_of_zeros, sum_of_weights


@pytest.mark.claim("elastic-zeros")
def test_zeros_rise_to_their_limit():
    measured = claims.elastic_zeros()
    limit = measured.pop("limit")
    shares = list(measured.values())
    assert shares == sorted(shares)
    assert shares[0] < limit - 0.02
    assert shares[-1] == pytest.approx(limit, abs=2e-3)


@pytest.mark.claim("elastic-zeros")
@pytest.mark.parametrize("spread", [0.5, 1.0, 1.5])
def test_the_limit_holds_over_seeds_and_equal_scores_keep_none(spread):
    for seed in range(5):
        weights = elastic_softmax(claims.normal_rows(500, 1024, spread, seed=seed))
        limit = share_of_zeros(torch.tensor([spread], dtype=torch.float64)).item()
        assert (weights == 0).double().mean().item() == pytest.approx(limit, abs=5e-3)
    assert elastic_softmax(torch.zeros(1024)).abs().max() == 0


@pytest.mark.claim("elastic-zeros")
def test_it_breaks_where_keys_are_few_for_their_spread():
    limit = share_of_zeros(torch.tensor([4.0])).item()
    few = elastic_softmax(claims.normal_rows(500, 64, 4.0, seed=0))
    assert (few == 0).double().mean().item() < limit - 0.05


@pytest.mark.claim("elastic-sum")
def test_the_sum_is_near_its_limit():
    measured = claims.elastic_sum()
    for spread in (0.5, 1.0, 1.5):
        found, limit = measured[f"spread {spread}"], measured[f"spread {spread}, limit"]
        assert found == pytest.approx(limit, abs=3e-3)
    assert measured["spread 0.5"] < measured["spread 1.0"] < measured["spread 1.5"]


@pytest.mark.claim("elastic-sum")
def test_the_sum_holds_for_other_offsets():
    for offset in (-1.6, -0.5):
        sums = elastic_softmax(claims.normal_rows(500, 1024, 1.0, seed=3), offset).sum(-1)
        limit = sum_of_weights(torch.ones(1, dtype=torch.float64), offset).item()
        assert sums.mean().item() == pytest.approx(limit, abs=5e-3)


@pytest.mark.claim("elastic-silence")
def test_every_seed_learns_to_attend_to_little_and_a_mark_is_still_a_sink():
    softmax = [
        unit["result"]["loss"]
        for unit in load("normalisation-gated")["units"]
        if unit["case"].items() >= {"begins": False, "gate": False}.items()
    ]
    assert len(claims.recorded(False, "loss")) == 10
    assert max(claims.recorded(False, "loss")) < min(softmax) / 5
    assert max(claims.recorded(False, "row_sum")) < 0.15
    assert min(claims.recorded(True, "first")) > 0.6
    assert claims.elastic_silence()["loss, with a mark"] < 1e-4


@pytest.mark.claim("elastic-trained")
def test_the_recorded_heads_lose_most_keys_and_keep_most_mass():
    measured = claims.elastic_trained()
    assert 0.75 < measured["share of zeros"] < 0.86
    assert abs(measured["share of zeros"] - measured["the same, if scores were normal"]) < 0.05
    assert 0.5 < measured["sum of the weights"] < 0.7
    assert measured["first token, elastic"] > 0.8 * measured["first token, softmax"]
    assert 0.8 < measured["cosine of embeddings"] < measured["cosine, divided by the sum"] < 0.95
