"""A function of time fitted to irregular samples: what attention reads when time is continuous."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.validate import require_finite, require_floating, require_number, require_positive

__all__ = ["FitDiagnostics", "RadialBasis", "RidgeValueFunction"]


@dataclass(frozen=True)
class RadialBasis:
    """Gaussian bumps psi_j(t) = exp(-((t - center_j) / width_j)^2 / 2).

    Raises
    ------
    ValueError
        When centers and widths differ in shape or a width is not positive.
    """

    centers: Float[Tensor, " basis"]
    widths: Float[Tensor, " basis"]

    def __post_init__(self):
        if self.centers.shape != self.widths.shape:
            raise ValueError(
                f"widths must have one entry per center, got {tuple(self.widths.shape)} for "
                f"centers {tuple(self.centers.shape)}"
            )
        require_finite("centers", self.centers)
        require_positive("widths", self.widths)

    @classmethod
    def on_grid(
        cls,
        n_centers: int,
        widths: tuple[float, ...],
        *,
        domain: tuple[float, float] = (0.0, 1.0),
        dtype: torch.dtype = torch.float32,
    ) -> RadialBasis:
        """The same equally spaced centers for each of a few widths: n_centers * len(widths)."""
        grid = torch.linspace(*domain, n_centers, dtype=dtype)
        return cls(
            grid.repeat(len(widths)),
            torch.tensor(widths, dtype=dtype).repeat_interleave(n_centers),
        )

    def __call__(self, points: Float[Tensor, "*batch time"]) -> Float[Tensor, "*batch time basis"]:
        """The value of every basis function at every point."""
        scaled = (points.unsqueeze(-1) - self.centers.to(points)) / self.widths.to(points)
        return torch.exp(-scaled.square() / 2)


@dataclass(frozen=True)
class FitDiagnostics:
    """How well a function fits: attention can't be better than the values it reads.

    Parameters
    ----------
    root_mean_square_error : Tensor
        Over the samples that count and the features, (...).
    condition_number : Tensor
        Of the augmented matrix that is factored, (...); the normal equations would square it.
    n_samples : Tensor
        Samples that count, (...).
    """

    root_mean_square_error: Tensor
    condition_number: Tensor
    n_samples: Tensor


class RidgeValueFunction:
    """V(t) = sum_j coefficients_j psi_j(t), fitted to irregular samples by ridge regression.

    The coefficients minimise ``sum_i |V(t_i) - h_i|^2 + ridge |coefficients|^2``. They come from a
    QR factorisation of the basis matrix with ``sqrt(ridge) I`` stacked below, never from the
    normal equations, which lose all digits in float32 (Golub and Van Loan, section 6.1.4).

    Parameters
    ----------
    basis
        Any callable from points (..., time) to (..., time, basis).
    ridge : float
        Penalty, positive.
    """

    coefficients: Float[Tensor, "*batch basis feature"]
    diagnostics: FitDiagnostics

    def __init__(self, basis, *, ridge: float = 0.01):
        require_number("ridge", ridge, low=0.0, high=math.inf, exclusive=True)
        self.basis, self.ridge = basis, ridge

    def fit(
        self,
        times: Float[Tensor, "*batch time"],
        samples: Float[Tensor, "*batch time feature"],
        mask: Bool[Tensor, "*batch time"] | None = None,
    ) -> RidgeValueFunction:
        """Fit to samples at `times`; where `mask` is false a sample does not count (NaN is fine).

        Differentiable in times and samples. Without any sample the function is zero.

        Raises
        ------
        ValueError
            For a NaN that counts or for times and samples of different length.
        """
        times, samples, counts = _checked(times, samples, mask)
        design = self.basis(times) * counts.unsqueeze(-1)
        penalty = math.sqrt(self.ridge) * torch.eye(design.shape[-1]).to(design)
        augmented = torch.cat([design, penalty.expand(*design.shape[:-2], -1, -1)], dim=-2)
        orthogonal, triangular = torch.linalg.qr(augmented)
        projected = orthogonal[..., : times.shape[-1], :].mT @ samples
        self.coefficients = torch.linalg.solve_triangular(triangular, projected, upper=True)
        self.diagnostics = _diagnose(samples - design @ self.coefficients, triangular, counts)
        return self

    def predict(
        self, points: Float[Tensor, "*#batch time"]
    ) -> Float[Tensor, "*batch time feature"]:
        """V at the points, in their dtype; several functions may share their points.

        Raises
        ------
        AttributeError
            Before `fit`.
        """
        require_floating("points", points)
        dtype = torch.promote_types(points.dtype, self.coefficients.dtype)
        values = self.basis(points.to(dtype)) @ self.coefficients.to(dtype)
        return values.to(points.dtype)

    __call__ = predict


def _checked(times: Tensor, samples: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """Times and samples with zeros where nothing counts, in at least float32, and the mask."""
    require_floating("times", times)
    require_floating("samples", samples)
    if times.shape != samples.shape[:-1]:
        raise ValueError(
            f"samples must be (*batch, time, feature) with (*batch, time) = {tuple(times.shape)}, "
            f"got {tuple(samples.shape)}"
        )
    dtype = torch.promote_types(samples.dtype, torch.float32)
    keep = torch.ones_like(times, dtype=torch.bool) if mask is None else mask
    times = torch.where(keep, times, 0.0).to(dtype)
    samples = torch.where(keep.unsqueeze(-1), samples, 0.0).to(dtype)
    require_finite("times", times)
    require_finite("samples", samples)
    return times, samples, keep.to(dtype)


def _diagnose(residuals: Tensor, triangular: Tensor, counts: Tensor) -> FitDiagnostics:
    with torch.no_grad():
        n_samples = counts.sum(-1)
        total = residuals.square().mean(-1).sum(-1)
        values = torch.linalg.svdvals(triangular)
        error = (total / n_samples.clamp(min=1)).sqrt()
        return FitDiagnostics(error, values[..., 0] / values[..., -1], n_samples.long())
