"""The law that prompts are drawn from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.precision import require_float64
from attnkit.validate import is_traced, require_shape

__all__ = ["Moderate", "RegressionTask", "require_covariance"]

# Products of a few such numbers are within the range of float32.
Moderate = Range(-1e9, 1e9)


@checked
@dataclass(frozen=True, eq=False)
class RegressionTask:
    """The law of the prompts: y = <w, x> + noise with x ~ N(0, covariance), w ~ N(0, prior).

    Parameters
    ----------
    d : int
        Dimension of the inputs, from 1 to 100,000.
    n_examples : int
        Examples per prompt, from 1 to 10,000,000.
    noise_variance : float
        Variance of the noise on every label, the query's included; positive, below 1e18.
    covariance : Tensor, optional
        Input covariance, (d, d), symmetric and positive semi-definite; identity if left out.
    prior : Tensor, optional
        Covariance of the weights, (d, d), or (n_targets, d, d) for several regressions of the
        same inputs, symmetric and positive semi-definite; identity / d if left out.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, matrices that are no covariances or have entries above 1e9
        in size, naming the argument.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734; the defaults are the authors' single task.
    """

    d: Annotated[int, Range(1, 100_000)] = 5
    n_examples: Annotated[int, Range(1, 10_000_000)] = 40
    noise_variance: Annotated[float, Range(0, 1e18, open=True)] = 0.1
    covariance: Annotated[Float[Tensor, "d d"], Moderate] | None = None
    prior: Annotated[Float[Tensor, "d d"] | Float[Tensor, "targets d d"], Moderate] | None = None

    def __post_init__(self):
        for name in ("covariance", "prior"):
            matrix = getattr(self, name)
            if matrix is not None:
                require_shape(name, matrix, (self.d, self.d))
                require_covariance(name, matrix)

    @property
    def n_targets(self) -> int:
        """Number of regressions asked of the same inputs."""
        return 1 if self.prior is None or self.prior.ndim == 2 else self.prior.shape[0]

    @property
    def input_covariance(self) -> Float[Tensor, "d d"]:
        """Covariance of the inputs, written out."""
        if self.covariance is not None:
            return self.covariance
        return torch.eye(self.d, dtype=torch.float64)

    @property
    def priors(self) -> Float[Tensor, "targets d d"]:
        """Covariance of each target's weights, written out."""
        if self.prior is not None:
            return self.prior.reshape(-1, self.d, self.d)
        return torch.eye(self.d, dtype=torch.float64)[None] / self.d

    @cached_property
    def roots(self) -> tuple[Float[Tensor, "d d"] | None, Float[Tensor, "targets d d"]]:
        """Symmetric square roots of the covariance (None for the identity) and of the priors."""
        covariance = self.covariance
        return None if covariance is None else _square_root(covariance), _square_root(self.priors)


def require_covariance(name: str, matrix: Float[Tensor, "*targets d d"]) -> None:
    """Refuse matrices that are empty, not symmetric, or have a negative eigenvalue."""
    if not matrix.numel():
        raise ValueError(f"{name} must not be empty, got shape {tuple(matrix.shape)}")
    if is_traced(matrix):
        return
    require_float64(name, matrix.device)
    exact = matrix.detach().double()
    # A matrix computed in float32 may have been cast since: its dtype does not tell its rounding.
    precision = max(torch.finfo(torch.float32).eps, torch.finfo(matrix.dtype).eps)
    rounding = 16 * matrix.shape[-1] * precision * exact.abs().max()
    if (exact - exact.mT).abs().max() > rounding:
        raise ValueError(f"{name} must be symmetric, got entries that differ across the diagonal")
    least = torch.linalg.eigvalsh(exact).min()
    if least < -rounding:
        raise ValueError(f"{name} must be positive semi-definite, got an eigenvalue of {least:g}")


def _square_root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix.double())
    return (vectors * values.clamp(min=0).sqrt().unsqueeze(-2)) @ vectors.mT
