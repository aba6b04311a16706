"""A memory beside attention, as gate or as the layer below."""

from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import checked
from attnkit.memory.titans.context import ContextAttention
from attnkit.memory.titans.layer import TitansMemory
from attnkit.memory.titans.memory_as_context import Mask, Tokens, gated
from attnkit.memory.titans.padding import Front
from attnkit.memory.titans.windowed import WindowedState, require_window

__all__ = ["MemoryAsGate", "MemoryAsLayer"]

Output = tuple[Float[Tensor, "*batch time width"], WindowedState]


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
    def forward(
        self, tokens: Tokens, state: WindowedState | None = None, mask: Mask | None = None
    ) -> Output:
        """Outputs (..., time, width), and the state of memory and window to go on with anywhere.

        A token that the mask leaves out writes nothing, is seen by none, and reads zero.

        Raises
        ------
        ValueError, TypeError
            As `TitansMemory`, and for a window that is not this attention's.
        """
        front = Front.of(tokens, mask)
        memory, window = require_window(state, tokens, self.attention.window)
        remembered, memory = self.memory(front.tokens, memory, front.mask)
        attended, window = self.attention.windowed(front.tokens, front.counts, window)
        return front.back(gated(attended, remembered)), WindowedState(memory, window)


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
    def forward(
        self, tokens: Tokens, state: WindowedState | None = None, mask: Mask | None = None
    ) -> Output:
        """Outputs (..., time, width), and the state of memory and window to go on with anywhere.

        A token that the mask leaves out writes nothing, is seen by none, and reads zero.

        Raises
        ------
        ValueError, TypeError
            As `TitansMemory`, and for a window that is not this attention's.
        """
        front = Front.of(tokens, mask)
        memory, window = require_window(state, tokens, self.attention.window)
        remembered, memory = self.memory(front.tokens, memory, front.mask)
        output, window = self.attention.windowed(remembered, front.counts, window)
        return front.back(output), WindowedState(memory, window)
