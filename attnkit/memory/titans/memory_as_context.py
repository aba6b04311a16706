"""Memory as context: segment by segment, retrieve, then attend, then update."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, checked
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.titans.context import ContextAttention
from attnkit.memory.titans.layer import Count, TitansMemory
from attnkit.memory.titans.state import NeuralState

__all__ = ["MemoryAsContext"]

Tokens = Annotated[Float[Tensor, "*batch time width"], Finite()]
Output = tuple[Float[Tensor, "*batch time width"], NeuralState]


@checked
class MemoryAsContext(nn.Module):
    r"""MAC: segment by segment, retrieve, then attend, then update.

    .. math::
        r = M_{\text{before}}(x), \qquad y = \mathrm{attend}(x;\ \text{persistent}, r), \qquad
        o_i = y_i \odot M_i(y_i)

    The order is the point. A segment asks the memory as it was **before the segment**; attention
    reads what came back; only what attention made of it is written. The last factor is read token
    by token while the segment is being written, :math:`M_i` holding the tokens up to i. To write a
    segment first and read the memory afterwards lets every token hear its whole segment.

    Parameters
    ----------
    memory : TitansMemory
        What is retrieved from and updated.
    attention : ContextAttention
        What attends within a segment.
    segment : int
        Tokens of a segment.

    Raises
    ------
    ValueError, TypeError
        For a segment of no tokens, or parts of another kind.

    References
    ----------
    Behrouz et al. 2024, "Titans", section 4.1, eqs. 21-25. There the last factor is the memory
    after the update; that it is read token by token is what makes it causal, and said here.
    """

    def __init__(self, memory: TitansMemory, attention: ContextAttention, *, segment: Count):
        super().__init__()
        self.memory, self.attention, self.segment = memory, attention, segment

    @checked
    def forward(self, tokens: Tokens, state: NeuralState | None = None) -> Output:
        """Outputs (..., time, width) and the state after the last segment.

        Raises
        ------
        ValueError, TypeError
            As `TitansMemory`.
        """
        state, outputs = self.memory.begin(tokens) if state is None else state, []
        for segment in tokens.split(self.segment, -2):
            output, state = self.one_segment(segment, state)
            outputs.append(output)
        return torch.cat(outputs, -2), state

    def one_segment(self, segment: Tensor, state: NeuralState) -> tuple[Tensor, NeuralState]:
        """Retrieve, attend, update."""
        retrieved = self.memory.retrieve(segment, state)
        attended = self.attention(segment, retrieved)
        remembered, state = self.memory(attended, state)
        return gated(attended, remembered), state


def gated(attended: Tensor, remembered: Tensor) -> Tensor:
    """One times the other, where that does not overflow."""
    output = attended * remembered
    require_finite_results({"output": output}, tokens_attended=attended)
    return output
