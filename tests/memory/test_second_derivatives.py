"""Second derivatives: of every memory, by every way torch has of asking for them."""

import pytest
import torch
from torch.autograd.functional import hessian, hvp

from attnkit.memory import (
    delta_rule,
    linear_attention,
    momentum_rule,
    normalised_linear_attention,
)
from tests.memory.conformance import MEMORIES, relative_error

memories = pytest.mark.parametrize("memory", MEMORIES, ids=lambda m: m.name)


def of_leaves(memory, function, n_tokens=7, **options):
    """The function of all its tensors in a row, and those tensors."""
    sequences, gates, state = memory.inputs(1, n_tokens, d_key=3, d_value=2)
    leaves = (*sequences, *gates.values(), state)

    def call(*leaves):
        named = dict(zip(gates, leaves[len(sequences) : -1], strict=True))
        return function(*leaves[: len(sequences)], **named, initial_state=leaves[-1], **options)

    return call, [t.requires_grad_() for t in leaves]


def loss_of(call):
    """A number that leans on output and state with second derivatives in every leaf."""

    def loss(*leaves):
        output, state = call(*leaves)
        return output.sin().sum() + state.square().sum()

    return loss


@memories
@pytest.mark.parametrize(("n_tokens", "chunk_size"), [(7, 1), (11, 4), (13, 8), (13, 32)])
def test_gradgradcheck_along_a_random_direction(memory, n_tokens, chunk_size):
    call, leaves = of_leaves(memory, memory.fast, n_tokens, chunk_size=chunk_size)
    assert torch.autograd.gradgradcheck(call, leaves, fast_mode=True)


@memories
def test_gradgradcheck_entry_by_entry(memory):
    call, leaves = of_leaves(memory, memory.fast, 3, chunk_size=2)
    assert torch.autograd.gradgradcheck(call, leaves)


@memories
@pytest.mark.parametrize("n_tokens", [11, 37])
def test_the_gradient_of_a_penalty_is_the_reference_s(memory, n_tokens):
    gradients = []
    for function in (memory.fast, memory.reference):
        sequences, gates, state = memory.inputs(2, n_tokens, d_key=5, d_value=3)
        leaves = [t.requires_grad_() for t in (*sequences, *gates.values(), state)]
        named = dict(zip(gates, leaves[len(sequences) : -1], strict=True))
        output, final = function(*leaves[: len(sequences)], **named, initial_state=leaves[-1])
        loss = output.sin().sum() + final.square().sum()
        first = torch.autograd.grad(loss, leaves, create_graph=True)
        penalty = sum(g.square().sum() for g in first)
        gradients.append(torch.autograd.grad(penalty, leaves))
    for got, wanted in zip(*gradients, strict=True):
        assert relative_error(got, wanted) <= 1e-12


def one_write(function):
    """The loss of one write at key (1) of value 2, as functions of key and of rate."""
    q = torch.ones(1, 1, dtype=torch.float64)
    v = torch.tensor([[2.0]], dtype=torch.float64)
    return lambda key, *rate, **gates: function(q, key, v, *rate, **gates)[0].square().sum()


ONE = torch.ones(1, 1, dtype=torch.float64)
HALF = torch.tensor([0.5], dtype=torch.float64)
NOTHING = torch.zeros(1, dtype=torch.float64)


@pytest.mark.parametrize("gates", [{}, {"log_decay": NOTHING}])
def test_the_hessian_of_one_write_by_hand(gates):
    """(b v)² has second derivative 2 v² = 8 in the rate, (k v)² the same in the key."""
    rule = one_write(delta_rule)
    assert hessian(lambda rate: rule(ONE, rate, **gates), HALF).item() == pytest.approx(8)
    both = {"momentum": NOTHING, "forgetting": NOTHING}
    moving = one_write(momentum_rule)
    assert hessian(lambda rate: moving(ONE, rate, **both), HALF).item() == pytest.approx(8)
    sums = one_write(linear_attention)
    assert hessian(lambda key: sums(key, **gates), ONE).item() == pytest.approx(8)


def test_the_hessian_of_an_average_by_hand():
    """k₂ v₂/(k₁ + k₂) with v₂ = 2 at keys one: ½ twice in the first key, −½ in the second."""
    queries = torch.ones(2, 1, dtype=torch.float64)
    values = torch.tensor([[0.0], [2.0]], dtype=torch.float64)
    second = lambda keys: normalised_linear_attention(queries, keys, values)[0][1, 0]  # noqa: E731
    wanted = torch.tensor([[0.5, 0.0], [0.0, -0.5]], dtype=torch.float64)
    got = hessian(second, torch.ones(2, 1, dtype=torch.float64)).reshape(2, 2)
    torch.testing.assert_close(got, wanted)


@pytest.mark.parametrize("gate", ["log_decay", "momentum", "forgetting"])
def test_second_derivatives_in_a_gate_by_hand(gate):
    """Two tokens at key one, rate one half, values 2 and 0; the second token's gate is x.

    With decay the second output is e^x/2, with forgetting 1 − x − ½, with momentum ½ + x.
    """
    ones = torch.ones(2, 1, dtype=torch.float64)
    values = torch.tensor([[2.0], [0.0]], dtype=torch.float64)
    rate = torch.full((2,), 0.5, dtype=torch.float64)
    others = {n: torch.zeros(2, dtype=torch.float64) for n in ("momentum", "forgetting")}
    function = delta_rule if gate == "log_decay" else momentum_rule
    others = {} if gate == "log_decay" else others

    def loss(x):
        gates = others | {gate: torch.stack([torch.zeros_like(x), x])}
        return function(ones, ones, values, rate, **gates)[0][1, 0].square()

    at = torch.tensor(-0.3 if gate == "log_decay" else 0.3, dtype=torch.float64)
    wanted = (at * 2).exp() if gate == "log_decay" else torch.tensor(2.0, dtype=torch.float64)
    torch.testing.assert_close(hessian(loss, at), wanted)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
@memories
def test_every_way_of_asking_gives_the_same(memory):
    call, leaves = of_leaves(memory, memory.fast, chunk_size=4)
    fixed, key = [t.detach() for t in leaves], leaves[1].detach()
    loss = lambda k: loss_of(call)(fixed[0], k, *fixed[2:])  # noqa: E731
    plain, _ = of_leaves(memory, memory.reference)
    wanted = hessian(lambda k: loss_of(plain)(fixed[0], k, *fixed[2:]), key)
    torch.testing.assert_close(hessian(loss, key), wanted)
    torch.testing.assert_close(hessian(loss, key, vectorize=True), wanted)
    forward = {"outer_jacobian_strategy": "forward-mode", "vectorize": True}
    torch.testing.assert_close(hessian(loss, key, **forward), wanted)
    torch.testing.assert_close(torch.func.hessian(loss)(key), wanted)
    product = (wanted * torch.ones_like(key)).sum((-3, -2, -1))
    torch.testing.assert_close(hvp(loss, key, torch.ones_like(key))[1], product)


@memories
def test_third_derivatives(memory):
    call, leaves = of_leaves(memory, memory.fast, chunk_size=4)
    plain, _ = of_leaves(memory, memory.reference)
    thirds = []
    for function in (call, plain):
        total = loss_of(function)(*leaves)
        for _ in range(3):
            (gradient,) = torch.autograd.grad(total, leaves[1], create_graph=True)
            total = gradient.square().sum()
        thirds.append(gradient)
    torch.testing.assert_close(*thirds)


@memories
def test_a_gradient_taken_without_a_graph_has_none(memory):
    call, leaves = of_leaves(memory, memory.fast)
    (gradient,) = torch.autograd.grad(loss_of(call)(*leaves), leaves[1])
    assert not gradient.requires_grad
    with pytest.raises(RuntimeError, match="does not require grad"):
        torch.autograd.grad(gradient.sum(), leaves[1])


def test_a_hard_reset_has_finite_second_derivatives():
    memory = next(m for m in MEMORIES if m.name == "delta, channel decay")
    sequences, gates, state = memory.inputs(1, 7, d_key=3, d_value=2)
    gates["log_decay"][:, 3] = -torch.inf
    leaves = [t.requires_grad_() for t in (*sequences, gates["log_decay"], state)]
    output, final = delta_rule(*leaves[:4], log_decay=leaves[4], initial_state=state)
    first = torch.autograd.grad(output.sin().sum() + final.sum(), leaves, create_graph=True)
    second = torch.autograd.grad(sum(g.square().sum() for g in first), leaves)
    assert all(g.isfinite().all() for g in second)
