"""Positional attention as a layer: a learned place for every query and key of each head."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.masks import Mask
from attnkit.structure.positional.positional import positional_attention, positional_weights

__all__ = ["PositionalAttention"]


@checked
class PositionalAttention(nn.Module):
    r"""Heads that read values by learned places: one map per head, whatever the input.

    .. math:: c_h = \mathrm{softmax}(\rho_h \kappa_h^\top / \sqrt N)\, v

    Parameters
    ----------
    n_places : int
        N, the longest input and the width of a place: one-hot places through a full matrix.
    n_heads : int
        Heads, each with a map of its own.

    Attributes
    ----------
    query_places, key_places : nn.Parameter
        (head, place, width), standard normal at first.

    Raises
    ------
    ValueError, TypeError
        For a number of places or heads below 1, or no integer.

    References
    ----------
    Back de Luca et al. 2025, "Positional attention".
    """

    def __init__(
        self,
        n_places: Annotated[int, Range(1, 2**14)],
        n_heads: Annotated[int, Range(1, 2**14)] = 1,
    ):
        super().__init__()
        self.query_places, self.key_places = (
            nn.Parameter(torch.randn(n_heads, n_places, n_places)) for _ in range(2)
        )

    def weights(self) -> Float[Tensor, "head place place"]:
        """The map of every head, over all places."""
        return positional_weights(self.query_places, self.key_places)

    @checked
    def forward(
        self, values: Float[Tensor, "*batch time channel"], mask: Mask | None = None
    ) -> Float[Tensor, "*batch head time channel"]:
        """What every head reads of values at the first places.

        A mask broadcasts to (..., head, query, key), true where a key may be attended. One of as
        many dimensions as the values is (..., query, key) and the same for every head; a mask of
        heads alone is given as (1, head, query, key) beside values (batch, time, channel).

        Raises
        ------
        ValueError, TypeError
            For more values than places, and as `positional_attention`.
        """
        n_tokens, n_places = values.shape[-2], self.query_places.shape[-2]
        if n_tokens > n_places:
            raise ValueError(f"values must have at most {n_places} places, got {n_tokens}")
        dtype = torch.promote_types(values.dtype, self.query_places.dtype)
        places = (each[:, :n_tokens].to(dtype) for each in (self.query_places, self.key_places))
        if mask is not None and mask.ndim == values.ndim:
            mask = mask.unsqueeze(-3)
        found = positional_attention(*places, values.to(dtype)[..., None, :, :], mask=mask)
        return found.to(values.dtype)
