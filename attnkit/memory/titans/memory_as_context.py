"""Memory as context: segment by segment, retrieve, then attend, then update."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attnkit.arguments import checked
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.titans.context import ContextAttention
from attnkit.memory.titans.layer import Count, TitansMemory
from attnkit.memory.titans.padding import Front
from attnkit.memory.titans.state import NeuralState

__all__ = ["MemoryAsContext"]

Tokens = Float[Tensor, "*batch time width"]
Mask = Bool[Tensor, "*batch time"]
Output = tuple[Float[Tensor, "*batch time width"], NeuralState]


@checked
class MemoryAsContext(nn.Module):
    r"""MAC: segment by segment, retrieve, then attend, then update.

    .. math::
        r &= M_{\text{before}}(x), \qquad y = \mathrm{attend}(x;\ \text{persistent}, r), \\
        o_i &= y_i \odot M_i(y_i)

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
    def forward(
        self, tokens: Tokens, state: NeuralState | None = None, mask: Mask | None = None
    ) -> Output:
        """Outputs (..., time, width) and the state after the last segment.

        A call that begins with a state begins a segment: what was cut at a segment's end goes on
        as if it had not been cut; cut within one, it does not. A token that the mask leaves out
        takes no place in a segment, writes nothing and reads zero.

        Raises
        ------
        ValueError, TypeError
            As `TitansMemory`.
        """
        front, outputs = Front.of(tokens, mask), []
        state = self.memory.begin(tokens) if state is None else state
        counts = front.counts.split(self.segment, -1)
        for segment, some in zip(front.tokens.split(self.segment, -2), counts, strict=True):
            output, state = self.one_segment(segment, state, None if mask is None else some)
            outputs.append(output)
        return front.back(torch.cat(outputs, -2)), state

    def one_segment(
        self, segment: Tensor, state: NeuralState, mask: Tensor | None = None
    ) -> tuple[Tensor, NeuralState]:
        """Retrieve, attend, update; tokens that count stand first."""
        retrieved = self.memory.retrieve(segment, state)
        attended = self.attention(segment, retrieved)
        remembered, state = self.memory(attended, state, mask)
        return gated(attended, remembered), state


def gated(attended: Tensor, remembered: Tensor) -> Tensor:
    """One times the other, where that does not overflow."""
    output = attended * remembered
    require_finite_results({"output": output}, tokens_attended=attended)
    return output
