"""Associative recall: its sequences, the memories it finds, what they learn and what they keep."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from attnkit.cards.quantities import count
from attnkit.explore import gallery
from attnkit.memory.associative_recall import claims, recall_sequences
from attnkit.memory.associative_recall.codes import D_VALUE, codes_recalled
from attnkit.memory.associative_recall.experiments import ASSOCIATIVE_RECALL, RECALLED_CODES, run
from attnkit.memory.associative_recall.mixers import mixers
from attnkit.memory.associative_recall.recorded import learned, recalled


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_every_key_is_asked_for_once_and_answered_by_its_value():
    tokens, answers = recall_sequences(7, 5, vocabulary=26, generator=seeded())
    assert tokens.shape == (7, 15)
    for row, told in zip(tokens.tolist(), answers.tolist(), strict=True):
        pairs = dict(zip(row[:10:2], row[1:10:2], strict=True))
        assert len(pairs) == len(set(pairs.values())) == 5
        assert max(pairs) < 13 <= min(pairs.values())
        assert sorted(row[10:]) == sorted(pairs)
        assert [pairs[key] - 13 for key in row[10:]] == told


def test_more_pairs_than_keys_are_refused():
    with pytest.raises(ValueError, match="n_pairs must be at most vocabulary / 2 = 3, got 4"):
        recall_sequences(1, 4, vocabulary=6, generator=seeded())


def test_the_memories_are_those_of_the_cards():
    found = mixers()
    assert {"softmax attention", "delta rule", "Based", "Hedgehog", "elu + 1"} <= found.keys()
    assert found["delta rule"].unit
    assert not found["Based"].unit


@pytest.mark.parametrize("experiment", [ASSOCIATIVE_RECALL, RECALLED_CODES], ids=lambda e: e.name)
def test_a_quick_unit_runs_twice_alike(experiment):
    for case in experiment.cases["quick"][:2]:
        first, second = (experiment.run(case, seed=1, device="cpu") for _ in range(2))
        assert first == second


def test_softmax_learns_the_task_and_a_short_window_cannot():
    task = {"n_pairs": 4, "vocabulary": 16, "steps": 100, "d_key": 8}
    assert run({"memory": "softmax attention", **task}, seed=0, device="cpu")["accuracy"] > 0.95
    task |= {"memory": "window attention", "window": 2}
    assert run(task, seed=0, device="cpu")["accuracy"] < 0.5


@pytest.mark.parametrize("name", ["linear attention", "delta rule", "Taylor attention", "Based"])
def test_the_numbers_kept_are_those_of_the_card(name):
    mixer = replace(mixers()[name], d_key=5)
    _, kept = codes_recalled(mixer, 3, seeded())
    assert kept == count(mixer.kept, {"n": 3, "d_key": 5, "d_value": D_VALUE})


def test_a_window_of_all_pairs_recalls_what_softmax_does():
    softmax, window, short = (
        codes_recalled(replace(mixers()[name], d_key=6, settings=settings), 12, seeded())[0]
        for name, settings in (
            ("softmax attention", {}),
            ("window attention", {"window": 12}),
            ("window attention", {"window": 3}),
        )
    )
    assert window == softmax
    assert short <= 0.35


@pytest.mark.claim("a-sharper-kernel-recalls-more")
def test_the_recorded_order_of_kernels():
    measured = claims.by_kernel()
    for n in (32, 64):
        shares = [measured[f"{n} pairs, {name}"] for name in claims.KERNELS]
        assert shares == sorted(shares)


@pytest.mark.claim("a-sharper-kernel-recalls-more")
@pytest.mark.parametrize("seed", [7, 8])
def test_the_order_of_kernels_on_other_codes(seed):
    found = [
        codes_recalled(replace(mixers()[name], d_key=16), 64, seeded(seed))[0]
        for name in claims.KERNELS
    ]
    assert found == sorted(found)


def test_the_figure_has_a_dot_for_each_memory_of_its_width():
    values = gallery()["recall-against-state"].compute(n_pairs=32, d_key=16)
    shown = int(np.isfinite(values["kept"]).sum())
    assert shown == len(recalled(32, 16))
    assert values["pairs_alone"] == 32 * 48


@pytest.mark.parametrize(
    ("n_pairs", "told"), [(64, (0.03, 0.13, 0.49, 0.77)), (32, (0.07, 0.29, 0.82, 0.91))]
)
def test_the_page_s_shares_are_those_of_the_recorded_run(n_pairs, told):
    found = recalled(n_pairs, 16)
    assert [found[name]["accuracy"] for name in claims.KERNELS] == pytest.approx(told, abs=0.0051)
    ranges = [found[name]["range"] for name in claims.KERNELS]
    assert max(ranges) < 0.07


@pytest.mark.claim("second-order-learns-recall")
def test_the_second_order_learned_to_recall_and_the_maps_did_not_by_then():
    measured = claims.by_training()
    assert measured["second order, width 8"] >= 0.99
    assert measured["maps, width 16"] <= 0.8


def test_the_page_s_shares_of_trained_models_are_those_of_the_recorded_run():
    def mean(name, *widths):
        return [np.mean(learned(d)[name][1]) for d in widths]

    assert mean("Taylor attention", 4, 8) == pytest.approx((0.67, 0.999), abs=0.0051)
    assert mean("elu + 1", 4, 8, 16) == pytest.approx((0.13, 0.33, 0.67), abs=0.0051)
    assert mean("linear attention", 4, 8, 16) == pytest.approx((0.03, 0.12, 0.86), abs=0.0051)
    assert min(learned(16)["gated delta rule"][1]) < 0.03
    assert max(learned(16)["gated delta rule"][1]) > 0.65


def test_the_figure_shows_every_trained_model():
    values = gallery()["recall-against-state"].compute(n_pairs=32, d_key=8)
    assert np.isfinite(values["trained_kept"]).all()
    assert values["model_accuracy"].size == 3 * values["trained_accuracy"].size
    assert values["trained_accuracy"][0] == pytest.approx(values["model_accuracy"][:3].mean())
    wide = gallery()["recall-against-state"].compute(n_pairs=32, d_key=32)
    assert np.isnan(wide["model_accuracy"]).all()
