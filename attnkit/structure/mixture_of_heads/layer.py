"""Self-attention whose heads are gated token by token."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.densities import attention
from attnkit.masks import Mask
from attnkit.structure.mixture_of_heads.gates import head_gates

__all__ = ["MixtureOfHeads"]

Count = Annotated[int, Range(0, 2**12)]


@checked
class MixtureOfHeads(nn.Module):
    r"""Self-attention of which each token reads a weighted few of the heads.

    .. math:: y_t = \sum_h g_{th} \, O_h \, c_{th}

    It starts as multi-head attention of the heads that are on: the routers are zero, and so every
    gate is one.

    Parameters
    ----------
    width : int
        Of the tokens.
    n_shared, n_routed : int
        Heads that are always on, and those chosen among; together they divide the width.
    n_active : int
        How many routed heads a token listens to.

    Raises
    ------
    ValueError, TypeError
        For sizes out of range, no head at all, or heads that do not divide the width.

    References
    ----------
    Jin et al. 2024, "MoH: multi-head attention as mixture-of-head attention", arXiv:2410.11842.
    """

    def __init__(
        self,
        width: Annotated[int, Range(1, 2**14)],
        *,
        n_shared: Count,
        n_routed: Count,
        n_active: Count,
    ):
        super().__init__()
        self.n_heads = n_heads = n_shared + n_routed
        if n_heads == 0 or width % n_heads:
            raise ValueError(f"n_shared + n_routed must divide width = {width}, got {n_heads}")
        if n_active > n_routed:
            raise ValueError(f"n_active must be at most n_routed = {n_routed}, got {n_active}")
        self.n_active = n_active
        sizes = (width, width, width, width)
        self.queries, self.keys, self.values, self.output = (
            nn.Linear(width, size, bias=False) for size in sizes
        )
        self.shared, self.routed, self.sides = (
            nn.Linear(width, size, bias=False) for size in (n_shared, n_routed, 2)
        )
        for router in (self.shared, self.routed, self.sides):
            nn.init.zeros_(router.weight)

    def gates(self, tokens: Tensor) -> Tensor:
        """(..., token, head), shared heads first."""
        scores = (self.shared(tokens), self.routed(tokens), self.sides(tokens))
        return head_gates(*scores, n_active=self.n_active)

    @checked
    def forward(
        self,
        tokens: Annotated[Float[Tensor, "*batch token width"], Range(-1e9, 1e9)],
        mask: Mask | None = None,
    ) -> Float[Tensor, "*batch token width"]:
        """Return what each token reads of the others, of its heads.

        Raises
        ------
        ValueError, TypeError
            For tokens of another width or dtype, NaN or numbers beyond 1e9, or a mask that does
            not broadcast to (..., head, query, key).
        """
        weight = self.queries.weight
        if tokens.shape[-1] != weight.shape[-1]:
            raise ValueError(
                f"tokens must have shape (..., {weight.shape[-1]}), got {tuple(tokens.shape)}"
            )
        if tokens.dtype != weight.dtype and not torch.is_autocast_enabled(tokens.device.type):
            raise TypeError(f"tokens must be {weight.dtype} like the layer, got {tokens.dtype}")
        parts = (self.queries(tokens), self.keys(tokens), self.values(tokens))
        heads = [part.unflatten(-1, (self.n_heads, -1)).transpose(-3, -2) for part in parts]
        context = attention(*heads, alpha=1.0, mask=mask).transpose(-3, -2)
        return self.output((context * self.gates(tokens)[..., None]).flatten(-2))
