"""Predictors that learn in context: each is made once and then called on prompts."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.icl.prompts import Prompts
from attnkit.validate import require_number, require_shape

__all__ = [
    "BayesRidge",
    "DebiasedGradientDescent",
    "GradientDescent",
    "KernelSmoother",
    "LeastSquares",
]

Prediction = Float[Tensor, "*batch targets"]


def _turned(queries: Tensor, preconditioner: float | Tensor) -> Tensor:
    """P x_q with an axis for the targets: (*batch, 1 or targets, d)."""
    if not isinstance(preconditioner, Tensor):
        return preconditioner * queries.unsqueeze(-2)
    d = queries.shape[-1]
    require_shape("preconditioner", preconditioner, (d, d))
    matrices = preconditioner.to(queries).reshape(-1, d, d)
    return torch.einsum("tij,...j->...ti", matrices, queries)


def _one_step(inputs: Tensor, prompts: Prompts, preconditioner: float | Tensor) -> Tensor:
    moments = prompts.targets.mT @ inputs / prompts.n_examples
    return (moments * _turned(prompts.queries, preconditioner)).sum(-1)


@dataclass(frozen=True, eq=False)
class GradientDescent:
    """One step of least squares from zero: (1/L) sum_l y_l <x_l, P x_q>.

    Parameters
    ----------
    preconditioner : float or Tensor
        A learning rate, a matrix P (d, d), or one matrix per target (targets, d, d).

    References
    ----------
    von Oswald et al. (2022), arXiv:2212.07677; Ahn et al. (2023), arXiv:2306.00297.
    """

    preconditioner: float | Tensor

    def __call__(self, prompts: Prompts) -> Prediction:
        return _one_step(prompts.inputs, prompts, self.preconditioner)


@dataclass(frozen=True, eq=False)
class DebiasedGradientDescent:
    """One step on centred inputs: (1/L) sum_l y_l <x_l - mean(x), P x_q>.

    Parameters
    ----------
    preconditioner : float or Tensor
        A learning rate, a matrix P (d, d), or one matrix per target (targets, d, d).

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734.
    """

    preconditioner: float | Tensor

    def __call__(self, prompts: Prompts) -> Prediction:
        centred = prompts.inputs - prompts.inputs.mean(-2, keepdim=True)
        return _one_step(centred, prompts, self.preconditioner)


@dataclass(frozen=True, eq=False)
class BayesRidge:
    """The posterior mean: <w, x_q> with w = (B X'X + s I)^(-1) B X'y, B the prior, s the noise.

    No predictor has a smaller risk when w ~ N(0, B) and the noise is Gaussian. Written so that a
    singular prior is allowed.

    Parameters
    ----------
    noise_variance : float
        Variance s of the noise; positive.
    prior : Tensor, optional
        Covariance B of the weights, (d, d) or (targets, d, d); identity / d if left out.
    """

    noise_variance: float
    prior: Tensor | None = None

    def __post_init__(self):
        require_number("noise_variance", self.noise_variance, low=0, high=torch.inf, exclusive=True)

    def __call__(self, prompts: Prompts) -> Prediction:
        d = prompts.inputs.shape[-1]
        eye = torch.eye(d, dtype=prompts.inputs.dtype, device=prompts.inputs.device)
        prior = eye / d if self.prior is None else self.prior.to(eye)
        require_shape("prior", prior, (d, d))
        priors = prior.reshape(-1, d, d)
        gram = (prompts.inputs.mT @ prompts.inputs).unsqueeze(-3)
        moments = (prompts.targets.mT @ prompts.inputs).unsqueeze(-1)
        weights = torch.linalg.solve(priors @ gram + self.noise_variance * eye, priors @ moments)
        return (weights.squeeze(-1) * prompts.queries.unsqueeze(-2)).sum(-1)


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Ordinary least squares through the origin, of minimum norm where examples are too few."""

    def __call__(self, prompts: Prompts) -> Prediction:
        weights = torch.linalg.pinv(prompts.inputs) @ prompts.targets
        return (weights * prompts.queries.unsqueeze(-1)).sum(-2)


@dataclass(frozen=True, eq=False)
class KernelSmoother:
    """Softmax average of the labels: gain * sum_l y_l softmax_l(sharpness * <x_l, x_q>).

    With free gain this is what one attention head can say.
    """

    sharpness: float
    gain: float = 1.0

    def __call__(self, prompts: Prompts) -> Prediction:
        scores = (prompts.inputs @ prompts.queries.unsqueeze(-1)).squeeze(-1)
        weights = (self.sharpness * scores).softmax(-1)
        return self.gain * (weights.unsqueeze(-1) * prompts.targets).sum(-2)
