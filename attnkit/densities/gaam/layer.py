"""Gaussian adaptive attention as a layer: a gate on the features, some heads for parts of them."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.gaam.gaam import gaam_weights

__all__ = ["GAAM"]

Features = Annotated[Float[Tensor, "*batch feature"], Finite()]
Count = Annotated[int, Range(1, 4096)]


@checked
class GAAM(nn.Module):
    r"""Multiply features by a gate that each head makes of its own part of them.

    Heads divide the features among themselves, as evenly as can be with the remainder in the last
    part, and each part's gate sums to one: the whole gate sums to the number of heads.

    Parameters
    ----------
    n_heads, n_gaussians : int
        Heads, and Gaussians of each.
    generator : torch.Generator or None
        What the first widths are drawn with.

    Attributes
    ----------
    offsets, log_widths : nn.Parameter
        (head, gaussian); zero, and standard normal, at the start.

    Raises
    ------
    ValueError, TypeError
        For numbers that are no counts.

    References
    ----------
    Ioannides, Chadha and Elkins 2024 (2401.11143), by the authors' code, which learns the widths
    themselves and adds the input to what comes out.
    """

    def __init__(
        self, n_heads: Count, n_gaussians: Count, *, generator: torch.Generator | None = None
    ):
        super().__init__()
        drawn = torch.randn(n_heads, n_gaussians, generator=generator)
        self.offsets = nn.Parameter(torch.zeros(n_heads, n_gaussians))
        self.log_widths = nn.Parameter(drawn)

    @checked
    def gate(self, features: Features) -> Float[Tensor, "*batch feature"]:
        """What the features are multiplied by.

        Raises
        ------
        ValueError, TypeError
            For NaN or infinities, and for fewer features than heads.
        """
        n_heads, n_features = len(self.offsets), features.shape[-1]
        if n_features < n_heads:
            raise ValueError(f"features must be at least {n_heads}, one a head, got {n_features}")
        size = n_features // n_heads
        parts = features.split([size] * (n_heads - 1) + [n_features - size * (n_heads - 1)], -1)
        numbers = zip(parts, self.offsets, self.log_widths.exp(), strict=True)
        return torch.cat([gaam_weights(part, *pair) for part, *pair in numbers], -1)

    @checked
    def forward(self, features: Features) -> Float[Tensor, "*batch feature"]:
        """Features times their gate.

        Raises
        ------
        ValueError, TypeError
            As `gate`.
        """
        return features * self.gate(features)
