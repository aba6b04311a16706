"""One head that learns where to look and what to read: two vectors."""

from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.icl.circuits import softmax_weights
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results

__all__ = ["LocationReader"]


@checked
class LocationReader(nn.Module):
    r"""A head whose query and value are learned vectors of the tokens' own width.

    .. math:: \hat y = \sum_l p_l\, \langle w, x_l\rangle, \qquad p = \mathrm{weigh}(X q)

    Parameters
    ----------
    d : int
        Width of a token, up to a million.
    generator : torch.Generator
        Source of the start: normal entries of deviation 1/d.
    weigh : callable
        Scores to weights over the last axis: `softmax_weights`, or `linear_weights`.

    Attributes
    ----------
    query, value : nn.Parameter
        q and w, (d,).

    Raises
    ------
    TypeError, ValueError
        For a width that is none, or a seed in place of a generator.

    References
    ----------
    Duranthon et al. 2025, arXiv:2509.21936: attention with the tokens read along a vector.
    """

    def __init__(
        self,
        d: Annotated[int, Range(1, 10**6)],
        *,
        generator: torch.Generator,
        weigh: Callable[[Tensor], Tensor] = softmax_weights,
    ):
        super().__init__()
        self.weigh = weigh
        place = {"generator": generator, "device": generator.device}
        self.query, self.value = (nn.Parameter(torch.randn(d, **place) / d) for _ in range(2))

    @outside_autocast
    @checked
    def forward(
        self,
        tokens: Annotated[Float[Tensor, "*batch token d"], Range(-1e9, 1e9)],
    ) -> Float[Tensor, "*batch"]:
        """Guess the label of every prompt (..., token, d), in the tokens' dtype.

        Raises
        ------
        TypeError, ValueError
            For tokens of another width, without any token, or with NaN or infinite entries; for
            guesses beyond the dtype.
        """
        if tokens.shape[-1] != len(self.query) or tokens.shape[-2] == 0:
            raise ValueError(
                f"tokens must be (..., token, {len(self.query)}) with a token at least, "
                f"got shape {tuple(tokens.shape)}"
            )
        wide = torch.promote_types(tokens.dtype, self.query.dtype)
        found = tokens.to(wide) @ torch.stack([self.query, self.value], -1).to(wide)
        scores, contents = found.unbind(-1)
        guesses = (self.weigh(scores) * contents).sum(-1).to(tokens.dtype)
        require_finite_results({"guesses": guesses}, tokens=tokens)
        return guesses
