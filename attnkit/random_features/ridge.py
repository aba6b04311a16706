"""Ridge regression with a free intercept, from one eigendecomposition.

Both forms return the same `RidgeSystem`: eigenvalues e_j of the centred Gram matrix and the
centred targets' coordinates c_j along its eigenvectors. Everything else is a filter on these:
fit c_j e_j/(e_j + level), residual c_j level/(e_j + level), squared norm c_j^2 e_j/(e_j + level)^2.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["RidgeSystem", "dual_system", "primal_system"]


@dataclass(frozen=True)
class RidgeSystem:
    """Centred ridge regression in the eigenbasis of its Gram matrix.

    `basis` maps filtered coordinates to the solution: to the samples' coefficients in the dual
    form (eigenvectors), to the features' coefficients in the primal form (right singular vectors
    times singular values).
    """

    eigenvalues: Float[Tensor, " rank"]
    coordinates: Float[Tensor, "rank target"]
    remainder: Float[Tensor, " target"]
    basis: Float[Tensor, "unknown rank"]
    n_samples: int
    mean_square: float

    @property
    def scale(self) -> float:
        """The natural unit of a level: the mean eigenvalue.

        A millionth of the features' mean square before centring is added, so that features which
        differ by rounding only are penalised away (and 1 stands in where all features are zero).
        """
        unit = float(self.eigenvalues.sum()) / self.n_samples + 1e-6 * self.mean_square
        return unit if unit > 0 else 1.0

    def residual(self, levels: Float[Tensor, "level #target"]) -> Float[Tensor, "level target"]:
        """Squared training residual at each level."""
        kept = levels.unsqueeze(-2) / (self.eigenvalues[:, None] + levels.unsqueeze(-2))
        return (kept * self.coordinates).square().sum(dim=-2) + self.remainder

    def freedom_left(self, levels: Float[Tensor, "level #target"]) -> Float[Tensor, "level any"]:
        """Samples minus effective degrees of freedom, one of which is the intercept."""
        kept = levels.unsqueeze(-2) / (self.eigenvalues[:, None] + levels.unsqueeze(-2))
        return kept.sum(dim=-2) + (self.n_samples - 1 - len(self.eigenvalues))

    def squared_norm(self, levels: Float[Tensor, "level #target"]) -> Float[Tensor, "level target"]:
        """Squared norm of the feature coefficients at each level."""
        filtered = self.coordinates / (self.eigenvalues[:, None] + levels.unsqueeze(-2))
        return (self.eigenvalues[:, None] * filtered.square()).sum(dim=-2)

    def solve(self, level: Float[Tensor, " target"]) -> Float[Tensor, "unknown target"]:
        """Coefficients at one level per target."""
        return self.basis @ (self.coordinates / (self.eigenvalues[:, None] + level))


def dual_system(
    gram: Float[Tensor, "sample sample"], targets: Float[Tensor, "sample target"]
) -> RidgeSystem:
    """The system of ``min |y - K a|^2 + level a^T K a`` over samples' coefficients a, K centred.

    Cost is one symmetric eigendecomposition of the Gram matrix, in float64.
    """
    gram, targets = gram.double(), targets.double()
    mean_square = float(gram.diagonal().mean())
    centred = gram - gram.mean(dim=0, keepdim=True)
    centred = centred - centred.mean(dim=1, keepdim=True)
    values = targets - targets.mean(dim=0)
    eigenvalues, vectors = torch.linalg.eigh((centred + centred.mT) / 2)
    return RidgeSystem(
        eigenvalues=_above_rounding(eigenvalues, len(values) * mean_square),
        coordinates=vectors.mT @ values,
        remainder=torch.zeros_like(values[0]),
        basis=vectors,
        n_samples=len(values),
        mean_square=mean_square,
    )


def primal_system(
    features: Float[Tensor, "sample feature"], targets: Float[Tensor, "sample target"]
) -> RidgeSystem:
    """The system of ``min |y - F w|^2 + level |w|^2`` over the features' coefficients w, F centred.

    The right choice when there are fewer features than samples; float64 throughout.
    """
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
