"""The experiment on the encoder: a quick run is the recorded one's beginning."""

import torch

from attnkit.experiments import load
from attnkit.normalisation.massive_activations.experiments import MASSIVE_ENCODER, around_norms
from tests.trained.models import needs_encoder


def test_what_enters_and_leaves_a_norm_is_kept_while_it_lasts():
    norm, states = torch.nn.LayerNorm(7), torch.arange(35.0).reshape(1, 5, 7).square()
    with around_norms([norm]) as kept:
        left = norm(states)
    norm(states)
    assert len(kept) == 1
    assert torch.equal(kept[0][0], states[0])
    assert torch.equal(kept[0][1], left[0].detach())


@needs_encoder
def test_a_quick_run_begins_as_the_recorded_one():
    (case,) = MASSIVE_ENCODER.cases["quick"]
    quick = MASSIVE_ENCODER.run(case, seed=0, device="cpu")
    (unit,) = load("normalisation-massive-encoder")["units"]
    for name, table in quick.items():
        wanted = torch.tensor(unit["result"][name][: case["n_passages"]])
        torch.testing.assert_close(torch.tensor(table), wanted, rtol=1e-3, atol=0.02)
