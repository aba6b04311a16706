"""The toy runs alike twice; trained heads are measured on scores whose answer is known."""

import pytest
import torch

from attnkit.densities import softmax
from attnkit.experiments import load
from attnkit.normalisation.elastic import experiments, recorded
from attnkit.normalisation.shared.reweighed import embedding
from attnkit.trained import encoder, passages
from tests.normalisation.shared.edges import rows
from tests.trained.models import needs_encoder


def test_a_quick_unit_of_the_toy_runs_twice_alike():
    case = {"begins": False, "n_steps": 5}
    one, two = (experiments.run_toy(case, seed=3, device="cpu") for _ in range(2))
    assert one == two
    assert 0 < one["row_sum"] < 1


def test_heads_of_known_scores():
    found = experiments.heads_of(torch.stack([torch.zeros(13, 13), rows(13, 13).float()]))
    assert found["zeros"][0] == 1
    assert found["row_sum"][0] == found["first_after"][0] == found["spread"][0] == 0
    assert found["first_before"][0].item() == pytest.approx(1 / 13)
    away = (softmax(rows(13, 13)) - 1 / 13).abs().sum(-1).mean() / 2
    assert found["row_sum"][1].item() == pytest.approx(away.item(), abs=1e-6)
    assert found["spread"][1].item() == pytest.approx(rows(13, 13).std(-1).mean().item(), abs=1e-6)


def test_divided_by_their_sum_rows_sum_to_one_or_nothing():
    scores = torch.stack([torch.zeros(5), rows(5).float()])
    sums = experiments.renormalised(scores).sum(-1)
    torch.testing.assert_close(sums, torch.tensor([0.0, 1.0]))


@needs_encoder
def test_an_embedding_under_softmax_is_the_models_own():
    real, text = encoder(), passages()[2]
    tokens = real.tokens(text)
    plain = embedding(real, tokens)
    states = real.model(tokens[None]).last_hidden_state[0].mean(0).detach()
    torch.testing.assert_close(plain, states / states.norm())
    torch.testing.assert_close(embedding(real, tokens, softmax), plain, atol=1e-5, rtol=0)
    assert plain @ embedding(real, tokens, experiments.renormalised) < 0.99


@needs_encoder
def test_a_quick_unit_has_every_head_and_agrees_with_the_recorded_ones():
    (case,) = experiments.TRAINED.cases["quick"]
    found = experiments.run_trained(case, seed=0, device="cpu")
    full = load("normalisation-elastic")["units"][0]["result"]
    assert {name: len(numbers) for name, numbers in found.items()} == {
        name: case["n_passages"] if name.startswith("cosine") else 72 for name in full
    }
    for name in ("cosine_elastic", "cosine_renormalised"):
        assert found[name] == pytest.approx(full[name][: case["n_passages"]], abs=1e-3)


def test_the_summary_keeps_four_digits_of_each():
    result = {"units": [{"result": {"zeros": [0.123456, 1.0]}}]}
    assert recorded.of_heads(result) == {"zeros": [0.1235, 1.0]}
