"""The map as a module, which learns its functions for one number of keys."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.densities.karat.karat import karat_weights
from attnkit.masks import Mask

__all__ = ["KArAt", "started_weights"]


@checked
class KArAt(nn.Module):
    r"""Kolmogorov-Arnold weights of rows of one length: learned waves instead of softmax.

    Parameters
    ----------
    n_keys : int
        Keys of every row.
    n_hidden : int
        Hidden numbers, 12 by a note on the paper that we could not verify: every row of weights
        lies in a space of so many dimensions.
    grid_size : int
        Frequencies of each function, from 1 on.

    Attributes
    ----------
    waves : nn.Parameter
        (hidden, key, 2, grid).
    output : nn.Parameter
        (key, hidden).

    Raises
    ------
    ValueError, TypeError
        For sizes out of range, or no integers.

    References
    ----------
    Maity, Hitsman, Li and Dutta 2025, "Kolmogorov-Arnold attention", arXiv:2503.10632; the start is
    ours, and gives hidden numbers of size one and weights of about one over the keys.
    """

    def __init__(
        self,
        n_keys: Annotated[int, Range(1, 2**14)],
        n_hidden: Annotated[int, Range(1, 2**10)] = 12,
        grid_size: Annotated[int, Range(1, 2**8)] = 3,
    ):
        super().__init__()
        self.waves = nn.Parameter(torch.empty(n_hidden, n_keys, 2, grid_size))
        self.output = nn.Parameter(torch.empty(n_keys, n_hidden))
        nn.init.normal_(self.waves, std=(n_keys * grid_size) ** -0.5)
        nn.init.normal_(self.output, std=n_hidden**-0.5 / n_keys)

    @checked
    def forward(
        self, scores: Float[Tensor, "*batch key"], mask: Mask | None = None
    ) -> Float[Tensor, "*batch key"]:
        """Weights shaped like the scores, of their dtype, computed in the wider of both.

        Raises
        ------
        ValueError, TypeError
            As `karat_weights`.
        """
        wide = torch.promote_types(scores.dtype, self.waves.dtype)
        given = (each.to(wide) for each in (scores, self.waves, self.output))
        return karat_weights(*given, mask=mask).to(scores.dtype)


def started_weights(scores: Tensor, mask: Mask | None = None) -> Tensor:
    """What a map gives before it has learned, made for the number of keys that come in."""
    generator = torch.Generator().manual_seed(0)
    n = scores.shape[-1]

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64).to(scores.dtype)

    return karat_weights(scores, drawn(12, n, 2, 3) / (3 * n) ** 0.5, drawn(n, 12) / 12, mask=mask)
