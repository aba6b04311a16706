"""The recorded reading after pieces, and its layers by hand against a model's own."""

import statistics

import pytest
import torch

from attnkit.concentration.parallel_contexts.experiments import encoder
from attnkit.experiments import load
from attnkit.trained import capture
from tests.trained.models import needs_encoder, needs_transformers, some_ids, tiny


@needs_transformers
def test_a_query_after_nothing_is_read_as_the_model_reads_it():
    model, tokens = tiny("bert"), some_ids(7)
    whole = capture(model, tokens)
    with torch.no_grad():
        weights, states = encoder.read_after(model, tokens, whole.hidden[:-1, :0], 0)
    torch.testing.assert_close(weights, whole.weights, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(states, whole.hidden[-1], rtol=1e-4, atol=1e-5)


@needs_transformers
def test_pieces_are_encoded_apart_from_position_zero():
    model, context = tiny("bert"), some_ids(11)
    hidden, is_first = encoder.encoded(model, context, 2, False)
    second = torch.cat([context[:1], context[6:]])
    torch.testing.assert_close(hidden[:, 6:], capture(model, second).hidden[:-1])
    assert is_first.nonzero().flatten().tolist() == [0, 6]
    shared, is_first = encoder.encoded(model, context, 2, True)
    assert is_first.nonzero().flatten().tolist() == [0]
    torch.testing.assert_close(shared, torch.cat([hidden[:, :6], hidden[:, 7:]], 1))


def test_own_sinks_raise_the_entropy_more_than_a_shared_one():
    units = [unit["result"] for unit in load("concentration-parallel-encoder")["units"]]
    assert len(units) == 10
    for unit in units:
        own, shared = (unit[f"{name}_entropy"] for name in ("own", "shared"))
        assert own[-1] - own[0] > shared[-1] - shared[0]
        assert unit["own_mass"][-1] > 2 * unit["own_mass"][0]
        assert unit["shared_like"][-1] > unit["own_like"][-1]


def test_the_table_of_the_chapter_is_what_was_recorded():
    units = [unit["result"] for unit in load("concentration-parallel-encoder")["units"]]
    table = {
        "own_entropy": (3.54, 3.59, 3.72, 3.91, 4.13),
        "shared_entropy": (3.54, 3.60, 3.72, 3.84, 3.94),
        "own_mass": (0.14, 0.23, 0.32, 0.40, 0.49),
        "shared_mass": (0.14, 0.17, 0.17, 0.16, 0.16),
        "own_like": (0.99, 0.87, 0.82, 0.77, 0.70),
        "shared_like": (0.99, 0.87, 0.83, 0.80, 0.76),
    }
    for measure, shown in table.items():
        means = [statistics.mean(each) for each in zip(*(u[measure] for u in units), strict=True)]
        assert means == pytest.approx(list(shown), abs=0.0055)
    in_sink_heads = [unit["own_sink_entropy"] for unit in units]
    assert sum(two < one for one, two, *_ in in_sink_heads) == 5


@needs_encoder
def test_one_passage_is_as_recorded():
    unit = load("concentration-parallel-encoder")["units"][0]
    again = encoder.run(unit["case"], seed=0, device="cpu")
    for name in ("own_entropy", "shared_like"):
        assert again[name] == pytest.approx(unit["result"][name], abs=2e-3)
