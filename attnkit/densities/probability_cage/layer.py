"""Standardised attention as a layer: a gain and a bias for each head, and a norm behind it."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Like, Range, checked
from attnkit.densities.probability_cage.standardised import standardised_attention
from attnkit.masks import Mask

__all__ = ["StandardisedAttention"]

_Count = Annotated[int, Range(1, 1_000_000)]


@checked
class StandardisedAttention(nn.Module):
    r"""Read by standardised scores, then normalise each token over all heads' channels.

    Parameters
    ----------
    n_heads : int
        Heads, each with its own gain, one at first, and bias, zero at first.
    n_channels : int
        Channels of one head's values.

    Attributes
    ----------
    gain, bias : nn.Parameter
        (head,).
    norm : nn.LayerNorm
        Over heads and channels together.

    Raises
    ------
    ValueError, TypeError
        For numbers of heads or channels that are none.

    References
    ----------
    Richter and Wattenhofer 2020, arXiv:2005.09561, and the authors' code for the order of things.
    """

    def __init__(self, n_heads: _Count, n_channels: _Count):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(n_heads))
        self.bias = nn.Parameter(torch.zeros(n_heads))
        self.norm = nn.LayerNorm((n_heads, n_channels))

    @checked
    def forward(
        self,
        queries: Float[Tensor, "*batch head query feature"],
        keys: Annotated[Float[Tensor, "*batch head key feature"], Like("queries")],
        values: Annotated[Float[Tensor, "*batch head key channel"], Like("queries")],
        mask: Mask | None = None,
    ) -> Float[Tensor, "*batch head query channel"]:
        """What every head reads, normalised.

        Raises
        ------
        ValueError, TypeError
            As `standardised_attention`, and for another number of heads or channels.
        """
        wanted, got = tuple(self.norm.normalized_shape), (values.shape[-3], values.shape[-1])
        if got != wanted:
            raise ValueError(
                f"values must have {wanted[0]} heads and {wanted[1]} channels in "
                f"(..., head, key, channel), got shape {tuple(values.shape)}"
            )
        each = {"gain": self.gain[:, None, None], "bias": self.bias[:, None, None]}
        context = standardised_attention(queries, keys, values, mask=mask, **each)
        normed = self.norm(context.movedim(-3, -2).to(self.gain.dtype))
        return normed.movedim(-2, -3).to(queries.dtype)
