"""A memory beside attention, as gate or as the layer below."""

from torch import nn

from attnkit.arguments import checked
from attnkit.memory.titans.context import ContextAttention
from attnkit.memory.titans.layer import TitansMemory
from attnkit.memory.titans.memory_as_context import Output, Tokens, gated
from attnkit.memory.titans.state import NeuralState

__all__ = ["MemoryAsGate", "MemoryAsLayer"]


@checked
class MemoryAsGate(nn.Module):
    r"""MAG: attention over a window beside a memory of everything; one gates the other.

    .. math:: o = \mathrm{attend}(x) \odot M(x)

    Neither waits for the other: both read the tokens.

    Parameters
    ----------
    memory : TitansMemory
        Of the whole sequence.
    attention : ContextAttention
        Best with a window.

    Raises
    ------
    ValueError, TypeError
        For parts of another kind.

    References
    ----------
    Behrouz et al. 2024, "Titans", section 4.2, eqs. 26-28.
    """

    def __init__(self, memory: TitansMemory, attention: ContextAttention):
        super().__init__()
        self.memory, self.attention = memory, attention

    @checked
    def forward(self, tokens: Tokens, state: NeuralState | None = None) -> Output:
        """Outputs (..., time, width) and the memory's state.

        Raises
        ------
        ValueError, TypeError
            As `TitansMemory`.
        """
        remembered, state = self.memory(tokens, state)
        return gated(self.attention(tokens), remembered), state


@checked
class MemoryAsLayer(nn.Module):
    r"""MAL: the memory first, attention over a window of what it says.

    .. math:: o = \mathrm{attend}(M(x))

    Parameters
    ----------
    memory : TitansMemory
        The first layer.
    attention : ContextAttention
        The second one.

    Raises
    ------
    ValueError, TypeError
        For parts of another kind.

    References
    ----------
    Behrouz et al. 2024, "Titans", section 4.3, eqs. 29-31.
    """

    def __init__(self, memory: TitansMemory, attention: ContextAttention):
        super().__init__()
        self.memory, self.attention = memory, attention

    @checked
    def forward(self, tokens: Tokens, state: NeuralState | None = None) -> Output:
        """Outputs (..., time, width) and the memory's state.

        Raises
        ------
        ValueError, TypeError
            As `TitansMemory`.
        """
        remembered, state = self.memory(tokens, state)
        return self.attention(remembered), state
