"""Predictors that learn in context: each is made once and then called on prompts.

All compute in the dtype of the prompts, in float32 where that is half precision, inside autocast
as outside of it, and answer in the dtype of the prompts.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.icl.prompts import Prompts
from attnkit.icl.regression_task import Moderate, require_covariance
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results, require_shape

__all__ = [
    "BayesRidge",
    "DebiasedGradientDescent",
    "GradientDescent",
    "KernelSmoother",
    "LeastSquares",
]

Prediction = Float[Tensor, "*batch targets"]
Matrix = Float[Tensor, "d d"] | Float[Tensor, "targets d d"]
Number = Annotated[float, Moderate]
Preconditioner = Annotated[float | Matrix, Moderate]


def _in_full_precision(predict: Callable) -> Callable:
    """The prediction of prompts, in at least float32 inside and in their dtype outside."""

    @functools.wraps(predict)
    @outside_autocast
    @checked
    def call(self, prompts: Prompts):
        dtype = prompts.inputs.dtype
        wide = torch.promote_types(dtype, torch.float32)
        if dtype == wide:
            return predict(self, prompts)
        found = predict(self, prompts.to(wide)).to(dtype)
        require_finite_results({"prediction": found}, targets=prompts.targets)
        return found

    return call


def _per_target(name: str, matrix: Tensor, prompts: Prompts) -> Float[Tensor, "some d d"]:
    """A matrix, or one per target, of the prompts' width."""
    d, targets = prompts.inputs.shape[-1], prompts.targets.shape[-1]
    require_shape(name, matrix, (d, d))
    if matrix.ndim == 3 and len(matrix) not in (1, targets):
        raise ValueError(f"{name} must hold one matrix, or {targets} as targets, got {len(matrix)}")
    return matrix.to(prompts.inputs).reshape(-1, d, d)


def _one_step(inputs: Tensor, prompts: Prompts, preconditioner: float | Tensor) -> Tensor:
    moments = prompts.targets.mT @ inputs / prompts.n_examples
    if isinstance(preconditioner, Tensor):
        matrices = _per_target("preconditioner", preconditioner, prompts)
        turned = torch.einsum("tij,...j->...ti", matrices, prompts.queries)
    else:
        turned = preconditioner * prompts.queries.unsqueeze(-2)
    return (moments * turned).sum(-1)


@checked
@dataclass(frozen=True, eq=False)
class GradientDescent:
    """One step of least squares from zero: (1/L) sum_l y_l <x_l, P x_q>.

    Parameters
    ----------
    preconditioner : float or Tensor
        A learning rate, a matrix P (d, d), or one matrix per target (targets, d, d), at most 1e9
        in size.

    Raises
    ------
    TypeError, ValueError
        For other shapes and numbers, here or where the prompts have another width.

    References
    ----------
    von Oswald et al. (2022), arXiv:2212.07677; Ahn et al. (2023), arXiv:2306.00297.
    """

    preconditioner: Preconditioner

    @_in_full_precision
    def __call__(self, prompts: Prompts) -> Prediction:
        return _one_step(prompts.inputs, prompts, self.preconditioner)


@checked
@dataclass(frozen=True, eq=False)
class DebiasedGradientDescent:
    """One step on centred inputs: (1/L) sum_l y_l <x_l - mean(x), P x_q>.

    Parameters
    ----------
    preconditioner : float or Tensor
        A learning rate, a matrix P (d, d), or one matrix per target (targets, d, d), at most 1e9
        in size.

    Raises
    ------
    TypeError, ValueError
        For other shapes and numbers, here or where the prompts have another width.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734.
    """

    preconditioner: Preconditioner

    @_in_full_precision
    def __call__(self, prompts: Prompts) -> Prediction:
        centred = prompts.inputs - prompts.inputs.mean(-2, keepdim=True)
        return _one_step(centred, prompts, self.preconditioner)


@checked
@dataclass(frozen=True, eq=False)
class BayesRidge:
    """The posterior mean: <w, x_q> with w = (B X'X + sigma^2 I)^(-1) B X'y, B the prior.

    No predictor has a smaller risk when w ~ N(0, B) and the noise is Gaussian. Written so that a
    singular prior is allowed.

    Parameters
    ----------
    noise_variance : float
        Variance sigma^2 of the noise; positive, from 1e-12 to 1e12.
    prior : Tensor, optional
        Covariance B of the weights, (d, d) or (targets, d, d); identity / d if left out.

    Raises
    ------
    TypeError, ValueError
        For other numbers, and a prior that is not symmetric and positive semi-definite.

    References
    ----------
    Lindley and Smith (1972), "Bayes estimates for the linear model"; as the yardstick of in-context
    learning Garg et al. (2022), arXiv:2208.01066.
    """

    noise_variance: Annotated[float, Range(1e-12, 1e12)]
    prior: Annotated[Matrix, Moderate] | None = None

    def __post_init__(self):
        if self.prior is not None:
            require_covariance("prior", self.prior)

    @_in_full_precision
    def __call__(self, prompts: Prompts) -> Prediction:
        d = prompts.inputs.shape[-1]
        eye = torch.eye(d, dtype=prompts.inputs.dtype, device=prompts.inputs.device)
        priors = _per_target("prior", eye / d if self.prior is None else self.prior, prompts)
        gram = (prompts.inputs.mT @ prompts.inputs).unsqueeze(-3)
        moments = (prompts.targets.mT @ prompts.inputs).unsqueeze(-1)
        weights = torch.linalg.solve(priors @ gram + self.noise_variance * eye, priors @ moments)
        return (weights.squeeze(-1) * prompts.queries.unsqueeze(-2)).sum(-1)


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Ordinary least squares through the origin, of minimum norm where examples are too few."""

    @_in_full_precision
    def __call__(self, prompts: Prompts) -> Prediction:
        weights = torch.linalg.pinv(prompts.inputs) @ prompts.targets
        return (weights * prompts.queries.unsqueeze(-1)).sum(-2)


@checked
@dataclass(frozen=True, eq=False)
class KernelSmoother:
    """Softmax average of the labels: gain * sum_l y_l softmax_l(sharpness * <x_l, x_q>).

    With free gain this is what one attention head can say.

    Parameters
    ----------
    sharpness, gain : float
        At most 1e9 in size.

    Raises
    ------
    TypeError, ValueError
        For other numbers.
    """

    sharpness: Number
    gain: Number = 1.0

    @_in_full_precision
    def __call__(self, prompts: Prompts) -> Prediction:
        scores = (prompts.inputs @ prompts.queries.unsqueeze(-1)).squeeze(-1)
        weights = (self.sharpness * scores).softmax(-1)
        return self.gain * (weights.unsqueeze(-1) * prompts.targets).sum(-2)
