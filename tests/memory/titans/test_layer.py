"""The layer and the three architectures: readable, trainable, causal; and orders that are not."""

import pytest
import torch

from attnkit.memory.titans import (
    ContextAttention,
    MemoryAsContext,
    MemoryAsGate,
    MemoryAsLayer,
    TitansMemory,
    claims,
)
from attnkit.memory.titans.orders import ORDERS, later_heard, small_context, who_hears_whom


def made(kind, width=6, n_heads=2):
    chance = torch.Generator().manual_seed(0)
    memory = TitansMemory(width, n_heads, hidden=5, chunk_size=3, generator=chance)
    if kind is TitansMemory:
        return memory.double()
    attention = ContextAttention(width, n_heads, n_persistent=2, window=4, generator=chance)
    more = {"segment": 6} if kind is MemoryAsContext else {}
    return kind(memory, attention, **more).double()


def tokens(n=12, width=6, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, n, width, generator=generator, dtype=torch.float64)


kinds = pytest.mark.parametrize(
    "kind", [TitansMemory, MemoryAsContext, MemoryAsGate, MemoryAsLayer]
)


@kinds
@pytest.mark.parametrize("changed", [1, 7, 11])
def test_no_token_hears_a_later_one(kind, changed):
    module, x = made(kind), tokens()
    before, _ = module(x)
    x[:, changed] += 1
    after, _ = module(x)
    torch.testing.assert_close(after[:, :changed], before[:, :changed], rtol=0, atol=1e-14)
    assert (after[:, changed] - before[:, changed]).abs().max() > 1e-6


@kinds
def test_every_parameter_learns(kind):
    module = made(kind)
    module(tokens())[0].square().sum().backward()
    silent = [name for name, p in module.named_parameters() if not p.grad.abs().max() > 0]
    assert silent == []


@kinds
@pytest.mark.parametrize("cut", [1, 6, 7, 11])
def test_goes_on_where_it_stopped(kind, cut):
    """Anywhere, but memory as context at the end of a segment of six only."""
    module, x = made(kind), tokens()
    whole, state = module(x)
    first, between = module(x[:, :cut])
    second, end = module(x[:, cut:], between)
    both = torch.cat([first, second], 1)
    if kind is MemoryAsContext and cut != 6:
        assert (both - whole).abs().max() > 1e-3
        return
    torch.testing.assert_close(both, whole)
    torch.testing.assert_close(end, state)


@pytest.mark.parametrize("kind", [MemoryAsGate, MemoryAsLayer])
def test_goes_on_token_by_token_and_in_pieces(kind):
    module, x = made(kind), tokens()
    whole, _ = module(x)
    for sizes in ([1] * 12, [2, 5, 1, 4]):
        state, outputs = None, []
        for piece in x.split(sizes, 1):
            output, state = module(piece, state)
            outputs.append(output)
        torch.testing.assert_close(torch.cat(outputs, 1), whole)
        assert state.window.shape == (2, 3, 7)  # a window of four sees three tokens before its own


def test_gates_are_those_of_the_tokens_and_the_state_is_readable():
    module, x = made(TitansMemory), tokens()
    with torch.no_grad():
        module.gate.weight.normal_(generator=torch.Generator().manual_seed(1))
    gates = module.gates(x)
    opened = torch.sigmoid(x @ module.gate.weight.mT + module.openness)
    torch.testing.assert_close(gates["momentum"][:, 1], opened[..., 3])
    torch.testing.assert_close(gates["forgetting"][:, 0], opened[..., 4])
    torch.testing.assert_close(gates["rate"][:, 1], opened[..., 1] / 3)
    _, state = module(x)
    assert [tuple(w.shape) for w in state.memory] == [(2, 2, 3, 5), (2, 2, 5, 3)]
    assert not torch.allclose(state.memory[0], module.first[0].expand_as(state.memory[0]))


@pytest.mark.parametrize("chunk_size", [1, 64])
def test_an_untrained_layer_stays_in_bounds(chunk_size):
    chance = torch.Generator().manual_seed(0)
    layer = TitansMemory(64, 2, hidden=64, chunk_size=chunk_size, generator=chance)
    long = torch.randn(1, 2048 if chunk_size > 1 else 128, 64, generator=chance)
    with torch.no_grad():
        _, state = layer(long)
        grown = [
            w.norm() / first.norm() for w, first in zip(state.memory, layer.first, strict=True)
        ]
    assert 0.3 < min(grown) <= max(grown) < 3


PADDED = {
    "behind": [1] * 5 + [0] * 7,
    "before": [0] * 7 + [1] * 5,
    "amid": [0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0],
}


@kinds
@pytest.mark.parametrize("where", PADDED)
def test_a_mask_leaves_padding_out(kind, where):
    module, x = made(kind), tokens()
    mask = torch.tensor([[1] * 12, PADDED[where]]).bool()
    alone, state = module(x[1:, mask[1]])
    whole, _ = module(x[:1])
    x[~mask] = torch.nan
    output, padded = module(x, mask=mask)
    torch.testing.assert_close(output[1, mask[1]], alone[0])
    torch.testing.assert_close(output[:1], whole)
    assert (output[~mask] == 0).all()
    memory, wanted = (getattr(s, "memory", s) for s in (padded, state))
    if kind in (MemoryAsGate, MemoryAsLayer):
        torch.testing.assert_close(padded.window[1], state.window[0])
        memory, wanted = memory.memory, wanted.memory
    for w, v in zip(memory, wanted, strict=True):
        torch.testing.assert_close(w[1], v[0])


@pytest.mark.parametrize("kind", [MemoryAsGate, MemoryAsLayer])
def test_padding_between_two_calls_leaves_the_window(kind):
    module, x = made(kind), tokens()
    whole, _ = module(x[:, :8])
    mask = torch.tensor([1, 1, 1, 0, 0, 0, 0]).bool().expand(2, -1)
    _, state = module(torch.cat([x[:, :3], x[:, 8:]], 1), mask=mask)
    _, state = module(x[:, 8:], state, torch.zeros(2, 4, dtype=torch.bool))
    after, _ = module(x[:, 3:8], state)
    torch.testing.assert_close(after, whole[:, 3:])


@kinds
def test_half_precision_and_autocast(kind):
    """Both go on from a state, which is kept in single precision."""
    module, x = made(kind).float(), tokens().float()
    whole, _ = module(x)
    near = {"rtol": 0.05, "atol": 0.05 * whole.abs().max().item(), "check_dtype": False}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        first, state = module(x[:, :6])
        second, _ = module(x[:, 6:], state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole, **near)
    half = module.bfloat16()
    first, state = half(x[:, :6].bfloat16())
    second, _ = half(x[:, 6:].bfloat16(), state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole, **near)


def test_a_window_of_other_attention_is_refused():
    module, x = made(MemoryAsGate), tokens()
    _, state = module(x)
    long = state._replace(window=state.window.repeat(1, 2, 1))
    with pytest.raises(ValueError, match=r"state.window must .* fewer than 4 slots"):
        module(x, long)
    with pytest.raises(ValueError, match="tokens must hold finite numbers"):
        module(torch.full_like(x, torch.nan))


@pytest.mark.claim("titans-order")
def test_only_retrieve_attend_update_is_causal():
    measured = claims.titans_order()
    causal, *others = measured.values()
    assert causal == 0.0
    assert min(others) > 0.05


@pytest.mark.claim("titans-order")
def test_each_order_leaks_within_its_segment_and_never_across():
    mac, x = small_context(4, seed=1), tokens(8, 8, seed=2)[0]
    for name, order in ORDERS.items():
        heard = who_hears_whom(order, mac, x)
        assert heard[:4, 4:].max() == 0  # a segment never hears the next
        assert heard[4:, :4].min() > 0  # and hears the one before it through the memory
        assert (later_heard(heard[4:, 4:]) > 0) == (name != "retrieve, attend, update")


def test_a_memory_of_other_heads_is_refused():
    with pytest.raises(ValueError, match="n_heads must divide the width 6"):
        TitansMemory(6, 4, hidden=5, chunk_size=3, generator=torch.Generator())
    with pytest.raises(ValueError, match="n_heads must divide the width 6"):
        ContextAttention(6, 4, n_persistent=0, generator=torch.Generator())
