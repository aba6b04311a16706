"""Who hears whom: the order of retrieve, attend and update, and what another one lets through.

Every order is made of the parts of one and the same `MemoryAsContext`; only its own is causal.
"""

from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, checked
from attnkit.memory.titans.context import ContextAttention
from attnkit.memory.titans.layer import TitansMemory
from attnkit.memory.titans.memory_as_context import MemoryAsContext
from attnkit.memory.titans.projections import require_tokens
from attnkit.memory.titans.state import NeuralState

__all__ = ["ORDERS", "later_heard", "small_context", "who_hears_whom"]

Order = Callable[[MemoryAsContext, Tensor, NeuralState], tuple[Tensor, NeuralState]]


def update_first(mac: MemoryAsContext, segment: Tensor, state: NeuralState):
    """Write the segment, then retrieve: what comes back holds all of the segment."""
    _, state = mac.memory(segment, state)
    attended = mac.attention(segment, mac.memory.retrieve(segment, state))
    return attended * mac.memory.retrieve(attended, state), state


def read_after_segment(mac: MemoryAsContext, segment: Tensor, state: NeuralState):
    """Retrieve, attend, update, but read the last factor when the whole segment is written."""
    attended = mac.attention(segment, mac.memory.retrieve(segment, state))
    _, state = mac.memory(attended, state)
    return attended * mac.memory.retrieve(attended, state), state


def context_unmasked(mac: MemoryAsContext, segment: Tensor, state: NeuralState):
    """Retrieve, attend, update, but let every token see what later ones have retrieved."""
    context = torch.cat([mac.memory.retrieve(segment, state), segment], -2)
    every = torch.ones(segment.shape[-2], segment.shape[-2], dtype=torch.bool)
    attended = mac.attention.read(segment, context, torch.cat([every, every.tril()], -1))
    remembered, state = mac.memory(attended, state)
    return attended * remembered, state


ORDERS: dict[str, Order] = {
    "retrieve, attend, update": MemoryAsContext.one_segment,
    "update first": update_first,
    "read after the segment": read_after_segment,
    "retrieved tokens unmasked": context_unmasked,
}


def small_context(segment: int, *, seed: int = 0) -> MemoryAsContext:
    """A small memory as context in float64, drawn and not trained, that writes fast."""
    chance = torch.Generator().manual_seed(seed)
    memory = TitansMemory(8, 2, hidden=8, chunk_size=2, generator=chance)
    nn.init.constant_(memory.openness.data[:2], 2.0)  # both heads' rates, so that much is heard
    attention = ContextAttention(8, 2, n_persistent=2, generator=chance)
    return MemoryAsContext(memory, attention, segment=segment).double()


@checked
def who_hears_whom(
    order: Callable, mac: MemoryAsContext, tokens: Annotated[Float[Tensor, "time width"], Finite()]
) -> Float[Tensor, "time time"]:
    r"""Measure how much each output leans on each token: the norm of its derivative.

    .. math:: h_{ij} = \lVert \partial o_i / \partial x_j \rVert

    Causal is what is zero for all :math:`j > i`.

    Parameters
    ----------
    order : callable
        One of `ORDERS`: of the parts, a segment and a state, to an output and the next state.
    mac : MemoryAsContext
        The parts, and the length of a segment.
    tokens : Float[Tensor, "time width"]
        (time, width).

    Returns
    -------
    Tensor (time, time), output by token.

    Raises
    ------
    ValueError, TypeError
        For tokens of another shape or dtype than the parts take.

    References
    ----------
    Derived here, for the architectures of Behrouz et al. 2024, section 4.
    """

    def output(x: Tensor) -> Tensor:
        state, outputs = mac.memory.begin(x), []
        for segment in x.split(mac.segment):
            read, state = order(mac, segment, state)
            outputs.append(read)
        return torch.cat(outputs)

    require_tokens(tokens, mac.memory.query)
    jacobian = torch.func.jacrev(output)(tokens).detach()
    return jacobian.permute(0, 2, 1, 3).flatten(-2).norm(dim=-1)


def later_heard(heard: Tensor) -> float:
    """The most that any output leans on a later token."""
    return heard.triu(1).max().item()
