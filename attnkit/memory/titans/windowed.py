"""What a memory beside a window of attention hands from call to call: its state and that window."""

from typing import Annotated, NamedTuple

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite
from attnkit.memory.titans.state import NeuralState
from attnkit.validate import require_finite

__all__ = ["WindowedState", "require_window"]


class WindowedState(NamedTuple):
    r"""A neural memory's state beside the last tokens that a window of attention still sees.

    Parameters
    ----------
    memory : NeuralState
        What the memory hands on.
    window : Float[Tensor, "*batch slot width+1"]
        The last tokens that counted, (..., slot, width + 1), the oldest first, each with a one;
        rows of zeros where there was none yet.

    Raises
    ------
    ValueError, TypeError
        By what it is handed to, where it does not fit.

    References
    ----------
    Defined here.
    """

    memory: NeuralState
    window: Annotated[Float[Tensor, "*batch slot width+1"], Finite()]

    def detach(self) -> "WindowedState":
        """The same numbers, off the graph: for training on pieces of a long sequence."""
        return WindowedState(self.memory.detach(), self.window.detach())


def require_window(
    state: WindowedState | None, tokens: Tensor, window: int
) -> tuple[NeuralState | None, Tensor | None]:
    """Memory and window of a state, the window's rows held to those of these tokens; or neither."""
    if state is None:
        return None, None
    shape = tuple(state.window.shape)
    wanted = (*tokens.shape[:-2], tokens.shape[-1] + 1)
    if (*shape[:-2], shape[-1]) != wanted or shape[-2] >= window:
        raise ValueError(
            f"state.window must have the shape {(*wanted[:-1], 'slot', wanted[-1])} and fewer than "
            f"{window} slots, got {shape}"
        )
    require_finite("state.window", state.window)
    return state.memory, state.window
