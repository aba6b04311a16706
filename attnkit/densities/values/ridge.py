"""Ridge regression of irregular samples: what attention reads when time is continuous."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.shared.arguments import (
    require_broadcast,
)
from attnkit.densities.values.ridge_system import prepared, solved
from attnkit.masks import Mask
from attnkit.precision import outside_autocast

__all__ = ["FitDiagnostics", "RidgeValueFunction"]


Positive = Annotated[float, Range(0.0, open=True)]


@dataclass(frozen=True)
class FitDiagnostics:
    """How well a function fits: attention can't be better than the values it reads.

    Parameters
    ----------
    root_mean_square_error : Tensor
        Over the samples that count and the features, (...); (..., feature) with a mask per feature,
        as the others then are.
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
    normal equations, which lose all digits in float32 (Golub and Van Loan 2013, section 6.1.4).

    Parameters
    ----------
    basis
        Any callable from points (..., time) to (..., time, basis).
    ridge : float
        Penalty, positive.
    """

    coefficients: Float[Tensor, "*batch basis feature"]
    diagnostics: FitDiagnostics

    @checked
    def __init__(self, basis: Callable, *, ridge: Positive = 0.01):
        self.basis, self.ridge = basis, ridge

    @checked
    @outside_autocast
    def fit(
        self,
        times: Float[Tensor, "*batch time"],
        samples: Float[Tensor, "*batch time feature"],
        mask: Mask | None = None,
    ) -> RidgeValueFunction:
        """Fit to samples at `times`; where `mask` is false a sample does not count (NaN is fine).

        Differentiable in times and samples. Without any sample the function is zero.

        Parameters
        ----------
        times : Tensor
            (..., time).
        samples : Tensor
            (..., time, feature).
        mask : Tensor or None
            Boolean. With as many dimensions as the samples, one entry per sample and feature, such
            as which channel of a record was seen when: every feature is then fitted to the times at
            which it counts. With fewer, it broadcasts to the times and counts for all features.

        Raises
        ------
        TypeError
            For times or samples that are not floating point, or a mask that is not boolean.
        ValueError
            For a NaN that counts, times, samples and mask that do not fit together, or a series
            whose times all lie where no basis function reaches 1e-6.
        """
        problem = prepared(self.basis, times, samples, mask)
        found = solved(problem, math.sqrt(self.ridge))
        per_feature = problem.samples.ndim > samples.ndim
        self.coefficients = found.coefficients
        if per_feature:
            self.coefficients = found.coefficients.squeeze(-1).mT
        self.diagnostics = _diagnose(found.residuals, found.triangular, problem.counts)
        return self

    @checked
    @outside_autocast
    def predict(
        self, points: Annotated[Float[Tensor, "*#batch time"], Finite()]
    ) -> Float[Tensor, "*batch time feature"]:
        """V at the points, in their dtype; several functions may share their points.

        Raises
        ------
        TypeError, ValueError
            For points that are not floating point, NaN, or of a batch that does not broadcast.
        AttributeError
            Before `fit`.
        """
        coefficients = self.coefficients
        require_broadcast("points", points.shape[:-1], "the functions", coefficients.shape[:-2])
        dtype = torch.promote_types(points.dtype, coefficients.dtype)
        values = self.basis(points.to(dtype)).to(dtype) @ coefficients.to(dtype)
        return values.to(points.dtype)

    __call__ = predict


def _diagnose(residuals: Tensor, triangular: Tensor, counts: Tensor) -> FitDiagnostics:
    with torch.no_grad():
        n_samples = counts.sum(-1)
        total = residuals.square().mean(-1).sum(-1)
        values = torch.linalg.svdvals(triangular)
        error = (total / n_samples.clamp(min=1)).sqrt()
        return FitDiagnostics(error, values[..., 0] / values[..., -1], n_samples.long())
