"""The recorded runs, and the encoder's layers by hand against the encoder itself."""

import statistics

import pytest
import torch

from attnkit.concentration.rank_collapse.experiments import encoder, stacks
from attnkit.experiments import load
from attnkit.trained import capture
from tests.trained.models import needs_encoder, needs_transformers, some_ids, tiny


def recorded(**case):
    wanted = case.items()
    units = load("concentration-rank-collapse")["units"]
    return [u["result"] for u in units if wanted <= u["case"].items()]


def test_a_stack_gives_numbers_that_its_seed_repeats():
    case = stacks.STACKS.cases["quick"][0]
    first = stacks.run_stack(case, seed=0, device="cpu")
    assert first == stacks.run_stack(case, seed=0, device="cpu")
    assert first.keys() == {"4", "16"}


def test_layer_norm_alone_and_residual_under_a_full_mask_as_recorded():
    """The residual keeps most in the first layers; the norm alone nothing."""
    alone = recorded(mask="full", around="LayerNorm", beta=None)
    beside = recorded(mask="full", around="residual", beta=None)
    assert len(alone) == len(beside) == 8
    assert max(run["32"] for run in alone) < 1e-12
    assert min(run["4"] for run in beside) > 0.8
    assert max(run["128"] for run in beside) < 1e-9


def test_a_strong_likeness_outlasts_all_recorded_layers():
    for around in ("nothing", "LayerNorm"):
        assert min(run["128"] for run in recorded(around=around, beta=3.0)) > 0.9
        assert max(run["128"] for run in recorded(around=around, beta=0.5)) < 1e-12


def test_in_the_encoder_the_residual_does_most_as_the_chapters_table_says():
    units = [u["result"] for u in load("concentration-encoder-ablation")["units"]]
    assert len(units) == 30
    last = {name: [unit[name][-1] for unit in units] for name in encoder.KEPT}
    for name in ("attention", "+ LayerNorm", "+ feed-forward"):
        assert max(last[name]) < 1e-6  # the round-off of float32
    for name, shown in {
        "+ residual": (0.53, 0.34, 0.73),
        "+ residual, feed-forward": (0.34, 0.20, 0.72),
        "+ residual, LayerNorm": (0.71, 0.52, 0.78),
        "all": (0.88, 0.67, 0.95),
    }.items():
        found = statistics.median(last[name]), min(last[name]), max(last[name])
        assert found == pytest.approx(shown, abs=0.0055)
    repeated = statistics.median(unit["all, six times"][-1] for unit in units)
    assert repeated == pytest.approx(0.65, abs=0.0055)


def test_beside_a_residual_the_norm_hastens_the_collapse_of_random_stacks():
    """Medians of eight seeds, as the chapter says: states that grow freeze their weights."""
    plain, norm = (
        statistics.median(r["32"] for r in recorded(mask="full", around=around, beta=None))
        for around in ("residual", "residual + LayerNorm")
    )
    assert plain == pytest.approx(0.016, abs=5e-4)
    assert norm == pytest.approx(6e-4, abs=5e-5)


@needs_transformers
def test_layers_by_hand_are_those_of_a_tiny_model():
    model, tokens = tiny("bert"), some_ids(7)
    with torch.no_grad():
        start = model.embeddings(tokens[None])[0]
        mine = encoder.ablated(model, start, encoder.KEPT["all"])
    torch.testing.assert_close(mine, capture(model, tokens).hidden, rtol=1e-4, atol=1e-5)


@needs_encoder
def test_one_passage_of_the_encoder_is_as_recorded():
    unit = load("concentration-encoder-ablation")["units"][0]
    again = encoder.run(unit["case"], seed=0, device="cpu")
    assert again["n"] == unit["result"]["n"]
    for name in ("all", "+ residual"):
        assert again[name] == pytest.approx(unit["result"][name], abs=1e-3)
