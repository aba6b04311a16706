"""Scalable softmax as a layer: one learned scale per head."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.length.ssmax.ssmax import ssmax_weights
from attnkit.masks import Mask

__all__ = ["SSMax"]


@checked
class SSMax(nn.Module):
    r"""Weights of scores (..., head, query, key) at a scale of log n that each head learns.

    Parameters
    ----------
    n_heads : int
        Heads, each with its own s.
    start : float
        What every s is at first. By default 0.168, one over the mean of log i for i up to 1,024:
        a causal model trained at that length starts as softmax does on average.

    Attributes
    ----------
    scale : nn.Parameter
        s, (head,).

    Raises
    ------
    ValueError, TypeError
        For a number of heads that is none, or a start that is not finite.

    References
    ----------
    Nakanishi 2025, "Scalable-Softmax is superior for attention"; the start is known here from
    others' implementations, and its meaning is derived here.
    """

    def __init__(
        self,
        n_heads: Annotated[int, Range(1, 1_000_000)],
        start: Annotated[float, Range(-1e6, 1e6)] = 0.168,
    ):
        super().__init__()
        self.scale = nn.Parameter(torch.full((n_heads,), float(start)))

    @checked
    def forward(
        self, scores: Float[Tensor, "*batch head query key"], mask: Mask | None = None
    ) -> Float[Tensor, "*batch head query key"]:
        """Weights shaped like the scores, of their dtype.

        Raises
        ------
        ValueError, TypeError
            As `ssmax_weights`, and for another number of heads.
        """
        if scores.shape[-3] != len(self.scale):
            raise ValueError(
                f"scores must have {len(self.scale)} heads in (..., head, query, key), "
                f"got shape {tuple(scores.shape)}"
            )
        return ssmax_weights(scores, self.scale[:, None, None], mask=mask)
