"""Ridge regression with a free intercept, from one eigendecomposition.

Both forms return the same `RidgeSystem`: eigenvalues e_j of the centred Gram matrix and the
centred targets' coordinates y_j along its eigenvectors. Everything else is a filter on these:
fit y_j e_j/(e_j + level), residual y_j level/(e_j + level), squared norm y_j^2 e_j/(e_j + level)^2.
"""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.precision import outside_autocast, require_float64

__all__ = ["RidgeSystem", "dual_system", "primal_system"]

# Of a Gram matrix in single precision.
_ROUNDING = 1e-3
Levels = Annotated[Float[Tensor, "level #target"], Range(low=0, open=True)]
Targets = Annotated[Float[Tensor, "sample target"], Finite()]


@checked
@dataclass(frozen=True)
class RidgeSystem:
    """Centred ridge regression in the eigenbasis of its Gram matrix.

    Fit, residual and norm at every level are filters on the coordinates: y_j e_j/(e_j + level) and
    so on. `dual_system` and `primal_system` make one.

    Parameters
    ----------
    eigenvalues : Tensor
        e_j of the centred Gram matrix, (rank,), not negative.
    coordinates : Tensor
        y_j of the centred targets along its eigenvectors, (rank, target).
    remainder : Tensor
        Squared size of what lies outside of them, (target,), not negative.
    basis : Tensor
        (unknown, rank): maps filtered coordinates to the samples' coefficients in the dual form
        (eigenvectors), to the features' in the primal form (right singular vectors times singular
        values).
    n_samples : int
        From 1 to 1,000,000,000.
    mean_square : float
        Of the features before centring, not negative.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers, naming the field.

    References
    ----------
    Hoerl and Kennard 1970 for ridge regression; Golub, Heath and Wahba 1979 for the filters.
    """

    eigenvalues: Annotated[Float[Tensor, " rank"], Range(low=0)]
    coordinates: Annotated[Float[Tensor, "rank target"], Finite()]
    remainder: Annotated[Float[Tensor, " target"], Range(low=0)]
    basis: Annotated[Float[Tensor, "unknown rank"], Finite()]
    n_samples: Annotated[int, Range(1, 10**9)]
    mean_square: Annotated[float, Range(low=0)]

    @property
    def scale(self) -> float:
        """The natural unit of a level: the mean eigenvalue.

        A millionth of the features' mean square before centring is added, so that features which
        differ by rounding only are penalised away (and 1 stands in where all features are zero).
        """
        unit = float(self.eigenvalues.sum()) / self.n_samples + 1e-6 * self.mean_square
        return unit if unit > 0 else 1.0

    @checked
    def residual(self, levels: Levels) -> Float[Tensor, "level target"]:
        """Squared training residual at each level."""
        self._require_targets("levels", levels)
        kept = levels.unsqueeze(-2) / (self.eigenvalues[:, None] + levels.unsqueeze(-2))
        return (kept * self.coordinates).square().sum(dim=-2) + self.remainder

    @checked
    def freedom_left(self, levels: Levels) -> Float[Tensor, "level any"]:
        """Samples minus effective degrees of freedom, one of which is the intercept."""
        kept = levels.unsqueeze(-2) / (self.eigenvalues[:, None] + levels.unsqueeze(-2))
        return kept.sum(dim=-2) + (self.n_samples - 1 - len(self.eigenvalues))

    @checked
    def squared_norm(self, levels: Levels) -> Float[Tensor, "level target"]:
        """Squared norm of the feature coefficients at each level."""
        self._require_targets("levels", levels)
        filtered = self.coordinates / (self.eigenvalues[:, None] + levels.unsqueeze(-2))
        return (self.eigenvalues[:, None] * filtered.square()).sum(dim=-2)

    @outside_autocast
    @checked
    def solve(
        self, level: Annotated[Float[Tensor, " #target"], Range(low=0, open=True)]
    ) -> Float[Tensor, "unknown target"]:
        """Coefficients at one level per target."""
        self._require_targets("level", level)
        return self.basis @ (self.coordinates / (self.eigenvalues[:, None] + level))

    def _require_targets(self, name: str, levels: Tensor) -> None:
        if levels.shape[-1] not in (1, len(self.remainder)):
            raise ValueError(
                f"{name} must have one column, or {len(self.remainder)} as targets, "
                f"got shape {tuple(levels.shape)}"
            )


@outside_autocast
@checked
def dual_system(
    gram: Annotated[Float[Tensor, "sample sample"], Finite()], targets: Targets
) -> RidgeSystem:
    """The system of ``min |y - K a|^2 + level a^T K a`` over samples' coefficients a, K centred.

    Cost is one symmetric eigendecomposition of the Gram matrix, in float64.

    Parameters
    ----------
    gram : Tensor
        (sample, sample), symmetric and positive semi-definite up to rounding.
    targets : Tensor
        (sample, target).

    Raises
    ------
    TypeError, ValueError
        For other shapes and dtypes, numbers that are not finite, and a matrix of another kind.

    References
    ----------
    Hoerl and Kennard 1970; over the samples' coefficients Saunders, Gammerman and Vovk 1998.
    """
    require_float64("dual_system", gram.device)
    gram, targets = gram.double(), targets.double()
    _require_gram(gram)
    mean_square = float(gram.diagonal().mean())
    centred = gram - gram.mean(dim=0, keepdim=True)
    centred = centred - centred.mean(dim=1, keepdim=True)
    values = targets - targets.mean(dim=0)
    eigenvalues, vectors = torch.linalg.eigh((centred + centred.mT) / 2)
    if eigenvalues.min() < -_ROUNDING * eigenvalues.max().clamp(min=mean_square):
        least = eigenvalues.min().item()
        raise ValueError(f"gram must be positive semi-definite, got an eigenvalue of {least:g}")
    return RidgeSystem(
        eigenvalues=_above_rounding(eigenvalues, len(values) * mean_square),
        coordinates=vectors.mT @ values,
        remainder=torch.zeros_like(values[0]),
        basis=vectors,
        n_samples=len(values),
        mean_square=mean_square,
    )


def _require_gram(gram: Tensor) -> None:
    """Refuse a matrix that is empty, has a negative diagonal entry or is not symmetric."""
    if not len(gram):
        raise ValueError("gram must hold at least one sample, got none")
    largest = gram.diagonal().min(), gram.abs().max()
    if largest[0] < 0 or (gram - gram.mT).abs().max() > _ROUNDING * largest[1]:
        raise ValueError("gram must be symmetric and positive semi-definite")


@outside_autocast
@checked
def primal_system(
    features: Annotated[Float[Tensor, "sample feature"], Finite()], targets: Targets
) -> RidgeSystem:
    """The system of ``min |y - F w|^2 + level |w|^2`` over the features' coefficients w, F centred.

    The right choice when there are fewer features than samples; float64 throughout.

    Parameters
    ----------
    features : Tensor
        (sample, feature), at least one sample.
    targets : Tensor
        (sample, target).

    Raises
    ------
    TypeError, ValueError
        For other shapes and dtypes, and numbers that are not finite.

    References
    ----------
    Hoerl and Kennard 1970.
    """
    if not len(features):
        raise ValueError("features must hold at least one sample, got none")
    require_float64("primal_system", features.device)
    features, values = features.double(), targets.double()
    mean_square = float(features.square().sum(dim=1).mean())
    features, values = features - features.mean(dim=0), values - values.mean(dim=0)
    eigenvalues, vectors = torch.linalg.eigh(features.mT @ features)
    eigenvalues = _above_rounding(eigenvalues, len(values) * mean_square)
    singular = eigenvalues.sqrt()
    inverse = torch.where(singular > 0, 1.0 / singular, 0.0)
    coordinates = inverse[:, None] * (vectors.mT @ (features.mT @ values))
    remainder = values.square().sum(dim=0) - coordinates.square().sum(dim=0)
    return RidgeSystem(
        eigenvalues=eigenvalues,
        coordinates=coordinates,
        remainder=remainder.clamp(min=0.0),
        basis=vectors * singular,
        n_samples=len(values),
        mean_square=mean_square,
    )


def _above_rounding(eigenvalues: Float[Tensor, " rank"], total: float) -> Float[Tensor, " rank"]:
    """Eigenvalues with those that rounding alone can make (and negative ones) set to zero."""
    return torch.where(eigenvalues > 1e-14 * total, eigenvalues, 0.0)
