"""Values known on a regular grid, read anywhere between: a series or an image as a function."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked
from attnkit.densities.shared.arguments import Domain, require_broadcast, require_domain

__all__ = ["PixelValues", "TabulatedValues"]


@checked
class TabulatedValues:
    """V(t) between equally spaced samples, the first at domain[0] and the last at domain[1].

    Linear in between; outside the domain it stays at the nearest end. One table per series:
    `samples` (..., time, feature). Reading it costs two look-ups per point, however many functions
    the table was computed from. Defined here.

    Raises
    ------
    ValueError
        For NaN, fewer than two samples or an empty domain.
    """

    def __init__(
        self,
        samples: Annotated[Float[Tensor, "*batch time feature"], Finite()],
        *,
        domain: Domain = (0.0, 1.0),
    ):
        if samples.shape[-2] < 2:
            raise ValueError(
                f"samples must be (..., time, feature) with at least 2 times, got shape "
                f"{tuple(samples.shape)}"
            )
        self.samples = samples
        self.domain = require_domain("domain", domain, bounded=True)

    @checked
    def __call__(
        self, points: Annotated[Float[Tensor, "*#batch node"], Finite()]
    ) -> Float[Tensor, "*batch node feature"]:
        """V at the points, in their dtype; several tables may share their points.

        Raises
        ------
        TypeError, ValueError
            For points that are not floating point, NaN, or of a batch that does not broadcast.
        """
        require_broadcast("points", points.shape[:-1], "the tables", self.samples.shape[:-2])
        given, points = points.dtype, points.to(_wide(points))
        low, high = self.domain
        n_steps = self.samples.shape[-2] - 1
        place = ((points - low) * (n_steps / (high - low))).clamp(0, n_steps)
        left = place.detach().floor().clamp(max=n_steps - 1)
        share = (place - left).unsqueeze(-1)
        rows = left.long()
        before, after = (_rows(self.samples.to(points), rows + step) for step in (0, 1))
        return torch.lerp(before, after, share.expand_as(before)).to(given)


@checked
class PixelValues:
    """V(row, column) of an image on the unit square: the value of the pixel that holds the point.

    `image` is (..., height, width, feature); points outside read the nearest pixel. Defined here.

    Raises
    ------
    ValueError
        For NaN or an image without pixels.
    """

    def __init__(self, image: Annotated[Float[Tensor, "*batch height width feature"], Finite()]):
        if 0 in image.shape[-3:]:
            raise ValueError(f"image must have pixels and features, got {tuple(image.shape)}")
        self.image = image

    @checked
    def __call__(
        self, points: Annotated[Float[Tensor, "*#batch node 2"], Finite()]
    ) -> Float[Tensor, "*batch node feature"]:
        """V at points (row, column) in [0, 1]^2, in their dtype; images may share them.

        Raises
        ------
        TypeError, ValueError
            For points that are not floating point, NaN, or of a batch that does not broadcast.
        """
        require_broadcast("points", points.shape[:-2], "the images", self.image.shape[:-3])
        height, width = self.image.shape[-3:-1]
        places = points.to(_wide(points)).clamp(0, 1)
        row = (places[..., 0] * height).long().clamp(max=height - 1)
        column = (places[..., 1] * width).long().clamp(max=width - 1)
        return _rows(self.image.flatten(-3, -2).to(points), row * width + column)


def _wide(points: Tensor) -> torch.dtype:
    return torch.promote_types(points.dtype, torch.float32)


def _rows(table: Tensor, rows: Tensor) -> Tensor:
    """Rows (..., node) of a table (..., time, feature); leading dimensions broadcast."""
    if rows.ndim == 1:
        return table[..., rows, :]
    leading = torch.broadcast_shapes(table.shape[:-2], rows.shape[:-1])
    flat = table.expand(*leading, *table.shape[-2:]).reshape(-1, table.shape[-1])
    offsets = torch.arange(math.prod(leading), device=rows.device).reshape(*leading, 1)
    return flat[(rows + offsets * table.shape[-2])]
