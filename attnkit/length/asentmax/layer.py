"""Adaptive-scalable entmax as a layer: slope and power of each token and head from its state."""

from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.length.asentmax.asentmax import asentmax_weights
from attnkit.masks import Mask
from attnkit.precision import outside_autocast

__all__ = ["ASEntmax"]

Count = Annotated[int, Range(1, 1_000_000)]


@checked
class ASEntmax(nn.Module):
    r"""Weights of scores (..., head, query, key) by `asentmax_weights`, scaled as each query says.

    .. math:: \beta = \log(1 + e^{w_\beta \cdot h}), \qquad \gamma = 2 \tanh(w_\gamma \cdot h)

    for the state h of a query, with one w for each head. A power below zero is within reach: then
    the scale shrinks as the row grows.

    Parameters
    ----------
    width : int
        Numbers of a state.
    n_heads : int
        Heads, each with its own slope and power.
    alpha : float
        Of entmax.

    Raises
    ------
    ValueError, TypeError
        For a count that is none, or an alpha below 1.

    References
    ----------
    Vasylenko et al. 2025, "Long-context generalization with sparse attention", section on ASEntmax;
    bias-free projections are a choice made here.
    """

    def __init__(
        self, width: Count, n_heads: Count, alpha: Annotated[float, Range(1.0, 1e6)] = 1.5
    ):
        super().__init__()
        self.slope = nn.Linear(width, n_heads, bias=False)
        self.power = nn.Linear(width, n_heads, bias=False)
        self.alpha = alpha

    @checked
    @outside_autocast
    def forward(
        self,
        scores: Float[Tensor, "*batch head query key"],
        states: Annotated[Float[Tensor, "*batch query width"], Finite()],
        mask: Mask | None = None,
    ) -> Float[Tensor, "*batch head query key"]:
        """Weights shaped like the scores, of their dtype.

        Raises
        ------
        ValueError, TypeError
            As `asentmax_weights`, and for another number of heads, or states of another width.
        """
        heads, width = self.slope.weight.shape
        if (scores.shape[-3], states.shape[-1]) != (heads, width):
            raise ValueError(
                f"scores and states must have {heads} heads and width {width}, "
                f"got shapes {tuple(scores.shape)} and {tuple(states.shape)}"
            )
        states = states.to(self.slope.weight.dtype)
        slope, power = F.softplus(self.slope(states)), 2 * torch.tanh(self.power(states))
        rows = (each.mT.unsqueeze(-1) for each in (slope, power))
        return asentmax_weights(scores, *rows, self.alpha, mask=mask)
