"""The experiment on the encoder: a quick run is the recorded one's beginning."""

import pytest
import torch

from attnkit.experiments import load
from attnkit.normalisation.sinks.experiments.encoder import SINKS_ENCODER
from tests.trained.models import needs_encoder


@needs_encoder
def test_a_quick_run_begins_as_the_recorded_one():
    from attnkit.trained import capture, encoder, passages

    (case,) = SINKS_ENCODER.cases["quick"]
    quick = SINKS_ENCODER.run(case, seed=0, device="cpu")
    (unit,) = load("normalisation-sinks-encoder")["units"]
    recorded = unit["result"]
    assert quick["n_tokens"] == recorded["n_tokens"][: case["n_passages"]]
    for name, tolerance in (("first", 1e-4), ("logit", 1e-3)):
        wanted = torch.tensor(recorded[name][: case["n_passages"]])
        torch.testing.assert_close(torch.tensor(quick[name]), wanted, atol=tolerance, rtol=0)
    reader = encoder()
    weights = capture(reader.model, reader.tokens(passages()[0])).weights
    assert quick["first"][0][-1] == pytest.approx(weights[5, 11, :, 0].mean().item(), abs=1e-4)
    logits = (weights[5, 11, :, 0].double() / (1 - weights[5, 11, :, 0].double())).log()
    assert quick["logit"][0][-1] == pytest.approx(logits.mean().item(), abs=1e-3)
