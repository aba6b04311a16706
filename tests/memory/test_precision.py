"""Half precision, gates of another dtype, and autocast: in half, computed in single, out half."""

import contextlib

import pytest
import torch

from attnkit.memory import SharpMap, elu_plus_one, relu_features, taylor_features, traps
from attnkit.memory.capacity import recall
from tests.memory.conformance import MEMORIES, relative_error, results_and_gradients

memories = pytest.mark.parametrize("memory", MEMORIES, ids=lambda m: m.name)
halves = pytest.mark.parametrize("half", [torch.float16, torch.bfloat16])


def autocast(half):
    return torch.autocast("cpu", dtype=half)


def penalty_gradients(function, sequences, gates, state):
    """Gradients of a penalty on gradients, all taken where the caller stands."""
    leaves = [t.clone().requires_grad_() for t in (*sequences, *gates.values(), state)]
    n = len(sequences)
    named = dict(zip(gates, leaves[n:-1], strict=True))
    output, final = function(*leaves[:n], **named, initial_state=leaves[-1])
    loss = output.sin().sum() + final.square().sum()
    first = torch.autograd.grad(loss, leaves, create_graph=True)
    return torch.autograd.grad(sum(g.square().sum() for g in first), leaves)


@halves
@memories
@pytest.mark.parametrize("ask", [results_and_gradients, penalty_gradients])
def test_autocast_changes_no_digit_forwards_or_backwards(memory, half, ask):
    """The backward passes run inside the block, where autocast would take their products."""
    inputs = memory.inputs(2, 37, dtype=torch.float32)
    wanted = ask(memory.fast, *inputs)
    with autocast(half):
        got = ask(memory.fast, *inputs)
    for mine, right in zip(got, wanted, strict=True):
        assert mine.dtype == right.dtype == torch.float32
        assert torch.equal(mine, right)


@halves
@memories
def test_half_precision_inside_autocast_is_half_precision(memory, half):
    sequences, gates, _ = memory.inputs(2, 37, dtype=half)
    wanted = memory.fast(*sequences, **gates)
    with autocast(half):
        got = memory.fast(*sequences, **gates)
    assert got[0].dtype == half
    assert got[1].dtype == torch.float32
    for mine, right in zip(got, wanted, strict=True):
        assert torch.equal(mine, right)


GATED = [m for m in MEMORIES if m.gates or m.has_rate]


@pytest.mark.parametrize("memory", GATED, ids=lambda m: m.name)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("given", [torch.float16, torch.float64])
def test_a_gate_of_another_dtype_is_cast_to_the_one_that_keys_are_computed_in(memory, dtype, given):
    sequences, gates, _ = memory.inputs(2, 17, dtype=dtype)
    computed = torch.promote_types(dtype, torch.float32)
    other = [s.to(given) for s in sequences[3:]], {n: g.to(given) for n, g in gates.items()}
    same = [s.to(computed) for s in other[0]], {n: g.to(computed) for n, g in other[1].items()}
    leaves = [g.requires_grad_() for g in (*other[0], *other[1].values())]
    output, state = memory.fast(*sequences[:3], *other[0], **other[1])
    wanted, wanted_state = memory.fast(*sequences[:3], *same[0], **same[1])
    assert torch.equal(output, wanted)
    assert torch.equal(state, wanted_state)
    assert (output.dtype, state.dtype) == (dtype, computed)
    gradients = torch.autograd.grad(output.float().sum() + state.sum(), leaves)
    assert all(g.dtype == given and bool(g.isfinite().all()) for g in gradients)


MAPS = {
    "elu_plus_one": elu_plus_one,
    "relu_features": relu_features,
    "taylor_features": taylor_features,
    "sharp": SharpMap(5),
}


@halves
@pytest.mark.parametrize("name", MAPS)
def test_feature_maps_compute_in_single_and_ignore_autocast(name, half):
    x = torch.randn(7, 5, generator=torch.Generator().manual_seed(0), requires_grad=True)
    weights = torch.linspace(-1, 1, MAPS[name](x).numel()).reshape(7, -1)
    found = []
    for block in (contextlib.nullcontext(), autocast(half)):
        with block:
            features = MAPS[name](x)
            found.append([features, *torch.autograd.grad((features * weights).sum(), x)])
    for mine, right in zip(*found, strict=True):
        assert torch.equal(mine, right)
    low = MAPS[name](x.to(half))
    assert low.dtype == half
    assert torch.equal(low, MAPS[name](x.to(half).float()).to(half))


@halves
@pytest.mark.parametrize("name", recall.MEMORIES)
def test_recall_ignores_autocast_and_takes_half_precision(name, half):
    generator = torch.Generator().manual_seed(0)
    keys = torch.nn.functional.normalize(torch.randn(3, 7, 5, generator=generator), dim=-1)
    values = torch.randn(3, 7, 2, generator=generator)
    recalled = recall.MEMORIES[name].recall
    wanted = recalled(keys, keys, values)
    with autocast(half):
        assert torch.equal(recalled(keys, keys, values), wanted)
    low = recalled(keys.to(half), keys.to(half), values.to(half)).detach()
    assert low.dtype == half
    assert relative_error(low, wanted.detach()) <= 20 * torch.finfo(half).eps


@halves
def test_accuracy_and_traps_ignore_autocast(half):
    generator = torch.Generator().manual_seed(0)
    reads, values = torch.randn(2, 101, 3, generator=generator)
    seen = []
    for block in (contextlib.nullcontext(), autocast(half)):
        with block:
            seen.append([recall.item_accuracy(reads, values), traps.doubled_series(0.5)])
    assert seen[0] == seen[1]
