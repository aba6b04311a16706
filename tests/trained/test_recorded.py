"""The recorded numbers of the heads: their shapes, their sums, and that the encoder gives them."""

import numpy as np
import pytest
import torch

from attnkit.experiments import ExperimentError, load, run
from attnkit.trained import Capture, by_length, heads, heads_by_passage, places
from attnkit.trained.experiments import common
from attnkit.trained.experiments.heads import HEADS, log_odds, mean_cosine, measures
from attnkit.trained.experiments.spectra import SPECTRA, spectrum
from tests.trained.models import needs_encoder


def chance(n_tokens=13, *, seed=0):
    """A capture of 2 layers of 3 heads, of chance numbers, and output matrices."""
    generator = torch.Generator().manual_seed(seed)
    queries, keys, values = torch.randn(3, 2, 3, n_tokens, 5, generator=generator).unbind()
    scores = queries @ keys.mT
    found = Capture(queries, keys, values, scores, scores.softmax(-1), torch.zeros(3, n_tokens, 7))
    return found, torch.randn(2, 3, 5, 7, generator=generator)


def by_loops(found, projections, layer, head):
    """The same numbers for one head, token by token."""
    weights, values = found.weights[layer, head].double().numpy(), found.values[layer, head].numpy()
    scores, n = found.scores[layer, head].double().numpy(), len(weights)
    read = [sum(w * v for w, v in zip(row, values, strict=True)) for row in weights]
    cosines = [
        a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        for i, a in enumerate(read)
        for j, b in enumerate(read)
        if i != j
    ]
    near = [[row[k] for k in range(n) if abs(k - q) <= 1] for q, row in enumerate(weights)]
    norms = [np.linalg.norm(value @ projections[layer, head].numpy()) for value in values]
    bare = [np.linalg.norm(value) for value in values]
    words = [np.exp(row[1:-1]) / np.exp(row[1:-1]).sum() for row in scores]
    return {
        "entropy": np.mean([-(row * np.log(row)).sum() for row in weights]),
        "first_share": np.mean([row[0] for row in weights]),
        "last_share": np.mean([row[-1] for row in weights]),
        "first_logit": np.mean([np.log(row[0] / (1 - row[0])) for row in weights]),
        "self_weight": np.mean([row[q] for q, row in enumerate(weights)]),
        "local_focus": np.mean([sum(row) for row in near]),
        "output_cosine": np.mean(cosines),
        "value_ratio": bare[0] / np.median(bare),
        "output_ratio": norms[0] / np.median(norms),
        "word_entropy": np.mean([-(row * np.log(row)).sum() for row in words]),
        "word_variance": np.mean([np.var(row[1:-1]) for row in scores]),
    }


def test_each_measure_is_what_a_loop_over_tokens_finds():
    found, projections = chance()
    measured = measures(found, projections)
    for name, number in by_loops(found, projections, 1, 2).items():
        assert float(measured[name][1, 2]) == pytest.approx(number, rel=1e-4), name
    assert {*measured} == {*by_loops(found, projections, 0, 0), "local_focus_5"}


def test_cosine_of_equal_and_of_opposite_outputs():
    assert float(mean_cosine(torch.ones(3, 5))) == pytest.approx(1)
    assert float(mean_cosine(torch.tensor([[1.0], [-1.0]]))) == pytest.approx(-1)


def test_log_odds_of_equal_scores():
    assert torch.allclose(log_odds(torch.zeros(3, 8)), -torch.tensor(7.0).log())


def test_the_spectrum_of_a_matrix_that_is_known():
    product = torch.diag(torch.tensor([3.0, -1.0, 1.0]))
    found = {name: float(number) for name, number in spectrum(product).items()}
    assert found == pytest.approx(
        {"trace": 3, "eigenvalue_sd": (8 / 3) ** 0.5, "norm": 3, "symmetric_share": 1}
    )
    turned = torch.tensor([[0.0, 2.0], [-2.0, 0.0]])
    assert {n: float(x) for n, x in spectrum(turned).items()} == pytest.approx(
        {"trace": 0, "eigenvalue_sd": 0, "norm": 2, "symmetric_share": 0}, abs=1e-6
    )


def test_seventy_two_heads_and_thirty_passages():
    assert {row.shape for row in heads().values()} == {(72,)}
    tables = heads_by_passage()
    assert tables["n"].shape == (30,)
    assert {tables[name].shape for name in tables if name != "n"} == {(30, 72)}
    assert np.abs(tables["first_share"].mean(0) - heads()["first_share"]).max() < 1e-3


def test_bins_hold_every_passage_and_the_sink_fades():
    bins = by_length()
    assert bins["passages"].sum() == 30
    assert (np.diff(bins["first_share"]) < 0).all()
    assert (np.diff(bins["heads_above"]) < 0).all()


@needs_encoder
def test_what_is_recorded_is_what_the_encoder_gives():
    recorded = {unit["case"]["passage"]: unit["result"] for unit in load("trained-heads")["units"]}
    fresh = HEADS.run({"passage": 9}, seed=0, device="cpu")
    assert fresh.keys() == recorded[9].keys()
    for name, row in fresh.items():
        assert row == pytest.approx(recorded[9][name], rel=2e-3, abs=1e-4), name


@needs_encoder
def test_the_spectra_run_and_the_bare_ones_are_those_recorded():
    fresh = run(SPECTRA, scale="quick")["units"][0]["result"]
    for name in ("trace", "eigenvalue_sd", "norm", "symmetric_share"):
        assert fresh[name] == pytest.approx(list(heads()[name]), rel=2e-3, abs=1e-3)


@needs_encoder
def test_another_model_records_nothing(monkeypatch):
    monkeypatch.setattr(common, "_is_pinned", lambda folder: False)
    with pytest.raises(ExperimentError, match=f"unset {places.VARIABLE}"):
        common.real()
