"""Basis functions of time, of which a fitted function is a sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.shared.arguments import (
    Domain,
    WholeNumber,
    require_domain,
)

__all__ = ["RadialBasis"]


Positive = Annotated[float, Range(0.0, open=True)]


@checked
@dataclass(frozen=True)
class RadialBasis:
    """Gaussian bumps psi_j(t) = exp(-((t - center_j) / width_j)^2 / 2), as in Martins et al. 2020.

    Parameters
    ----------
    centers, widths : Tensor
        One of each per basis function, (basis,); widths are positive.

    Raises
    ------
    ValueError
        When centers and widths differ in shape or a width is not positive.
    """

    centers: Annotated[Float[Tensor, " basis"], Finite()]
    widths: Annotated[Float[Tensor, " basis"], Range(0.0, open=True)]

    @classmethod
    @checked
    def on_grid(
        cls,
        n_centers: WholeNumber,
        widths: Sequence[Positive],
        *,
        domain: Domain = (0.0, 1.0),
        dtype: torch.dtype = torch.float32,
    ) -> RadialBasis:
        """The same equally spaced centers for each of a few widths: n_centers * len(widths).

        Raises
        ------
        ValueError
            For less than one or more than 4096 centers, no width or one that is not positive, an
            empty domain or a dtype that is not floating point.
        """
        if len(widths) == 0:
            raise ValueError("widths must hold at least one width, got none")
        if not dtype.is_floating_point:
            raise TypeError(f"dtype must be floating point, got {dtype}")
        grid = torch.linspace(
            *require_domain("domain", domain, bounded=True), n_centers, dtype=dtype
        )
        return cls(
            grid.repeat(len(widths)),
            torch.tensor(widths, dtype=dtype).repeat_interleave(n_centers),
        )

    @checked
    def __call__(
        self, points: Annotated[Float[Tensor, "*batch time"], Finite()]
    ) -> Float[Tensor, "*batch time basis"]:
        """The value of every basis function at every point, in the dtype of the points.

        Raises
        ------
        TypeError, ValueError
            For points that are not floating point, or NaN.
        """
        wide = points.to(torch.promote_types(points.dtype, torch.float32)).unsqueeze(-1)
        scaled = (wide - self.centers.to(wide)) / self.widths.to(wide)
        return torch.exp(-scaled.square() / 2).to(points.dtype)
