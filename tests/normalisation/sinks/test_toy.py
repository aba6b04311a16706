"""The experiment's parts: what no token gets, and a quick run of each way to weigh."""

import itertools

import torch

from attnkit.normalisation.shared.trigger_copy import Head, Sequences, measure, train
from attnkit.normalisation.sinks.experiments import SINKS, WEIGHS, shown_map, unread
from attnkit.normalisation.sinks.null_slot import softmax_plus_one
from attnkit.normalisation.sinks.recorded import heads_of


def test_unread_is_the_slot_or_what_the_sum_lacks():
    weights = torch.tensor([[0.25, 0.25, 0.5], [0.5, 0.75, 0.0]])
    assert unread(weights, 2).tolist() == [0.5, 0.0]
    assert unread(weights, 3).tolist() == [0.0, 0.0]


def test_a_unit_of_the_experiment_records_every_head_and_a_map():
    (case, *_), heads = SINKS.cases["quick"], 2
    result = SINKS.run(case | {"steps": 3}, seed=0, device="cpu")
    assert all(len(result[name]) == heads for name in ("loss", "first", "slot", "row_sum"))
    drawn = torch.tensor(result["map"])
    assert drawn.shape == (16, 17)
    assert (drawn.sum(-1) - 1).abs().max() < 0.01
    assert drawn[:, :16].triu(1).max() == 0


def test_all_maps_show_one_sequence_with_more_and_more_triggers():
    asked = [set(heads_of("softmax", False, share)["triggers"]) for share in (0.05, 0.2, 0.5, 0.8)]
    assert asked == sorted(asked, key=len)
    assert all(few <= many for few, many in itertools.pairwise(asked))
    assert (
        heads_of("key bias", False, 0.2)["triggers"] == heads_of("softmax", False, 0.2)["triggers"]
    )


def test_a_quick_head_already_spends_less_without_the_unit():
    chance, sequences = torch.Generator().manual_seed(0), Sequences(begins=False)
    head = Head(softmax_plus_one, sequences.width, generator=chance, n_seeds=2)
    before = measure(head, sequences, torch.Generator().manual_seed(1))
    train(head, sequences, 60, chance)
    after = measure(head, sequences, torch.Generator().manual_seed(1))
    assert (after.loss < before.loss).all()
    assert (after.row_sum < before.row_sum + 0.1).all()
    assert torch.tensor(shown_map(head, sequences, 2)["map"]).shape == (16, 17)
    assert len(WEIGHS) == 6
