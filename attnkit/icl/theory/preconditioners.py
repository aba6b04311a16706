"""One preconditioned step on anisotropic inputs and any Gaussian prior: risk and optimum.

With x ~ N(0, C), w ~ N(0, B), noise sigma^2 and c = (tr(C B) + sigma^2)/L, the moment
m = (1/L) sum y_l x_l (with x_l centred or not) has E m = a C w and E m m' = b C B C + a c C:
a = b = 1 - 1/L if centred, a = 1 and b = 1 + 1/L if not. Both follow from the Wishart
distribution of the Gram matrix and are derived here; the form of the uncentred optimum is that of
linear attention in Ahn et al. (2023), arXiv:2306.00297, up to their conventions.
"""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.icl.regression_task import Moderate, RegressionTask
from attnkit.precision import outside_autocast, require_float64

__all__ = [
    "best_debiased_preconditioner",
    "best_preconditioner",
    "debiased_preconditioner_risk",
    "moment_matrix",
    "preconditioner_risk",
]

Matrices = Float[Tensor, "targets d d"]
Preconditioner = Annotated[Float[Tensor, "d d"] | Float[Tensor, "some d d"], Moderate]


def _signal(task: RegressionTask) -> Float[Tensor, " targets"]:
    return torch.einsum("ij,tji->t", task.input_covariance.double(), task.priors.double())


def _spread(task: RegressionTask) -> Float[Tensor, "targets 1 1"]:
    return ((_signal(task) + task.noise_variance) / task.n_examples)[:, None, None]


def moment_matrix(task: RegressionTask) -> Matrices:
    """C B C + c C, which is E m m' / (1 - 1/L) for centred inputs."""
    covariance, priors = task.input_covariance.double(), task.priors.double()
    return covariance @ priors @ covariance + _spread(task) * covariance


@outside_autocast
@checked
def best_debiased_preconditioner(task: RegressionTask) -> Matrices:
    """P = B (C B + c I)^(-1), the best matrix for one step on centred inputs.

    Returns
    -------
    Tensor
        (targets, d, d), float64.

    Raises
    ------
    TypeError
        For anything but a task.
    """
    return _optimum(task, 1.0)


@outside_autocast
@checked
def best_preconditioner(task: RegressionTask) -> Matrices:
    """P = B ((1 + 1/L) C B + c I)^(-1), the best matrix for one plain step.

    Returns
    -------
    Tensor
        (targets, d, d), float64.

    Raises
    ------
    TypeError
        For anything but a task.
    """
    return _optimum(task, 1 + 1 / task.n_examples)


def _optimum(task: RegressionTask, weight: float) -> Matrices:
    priors = task.priors.double()
    eye = torch.eye(task.d, dtype=torch.float64)
    inverted = weight * task.input_covariance.double() @ priors + _spread(task) * eye
    return torch.linalg.solve(inverted, priors, left=False)


@outside_autocast
@checked
def debiased_preconditioner_risk(
    task: RegressionTask, preconditioner: Preconditioner
) -> Float[Tensor, " targets"]:
    """Risk of one centred step with P.

    It is tr(C B) + sigma^2 - (1 - 1/L) tr(2 P'CBC - P C P' (CBC + cC)).

    Parameters
    ----------
    task : RegressionTask
        The law of the prompts.
    preconditioner : Tensor
        P, (d, d) or one for each target (targets, d, d), at most 1e9 in size.

    Returns
    -------
    Tensor
        (targets,), float64.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers.

    References
    ----------
    Derived here from the Wishart distribution: see the module's first lines.
    """
    shrink = 1 - 1 / task.n_examples
    return _risk(task, preconditioner, shrink, shrink * moment_matrix(task))


@outside_autocast
@checked
def preconditioner_risk(
    task: RegressionTask, preconditioner: Preconditioner
) -> Float[Tensor, " targets"]:
    """Risk of one plain step with P: tr(C B) + sigma^2 - 2 tr(P'CBC) + tr(P C P' E[m m']).

    Parameters
    ----------
    task : RegressionTask
        The law of the prompts.
    preconditioner : Tensor
        P, (d, d) or one for each target (targets, d, d), at most 1e9 in size.

    Returns
    -------
    Tensor
        (targets,), float64.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers.

    References
    ----------
    Derived here from the Wishart distribution; its optimum is that of linear attention in Ahn et
    al. (2023), arXiv:2306.00297.
    """
    covariance = task.input_covariance.double()
    extra = covariance @ task.priors.double() @ covariance / task.n_examples
    return _risk(task, preconditioner, 1.0, moment_matrix(task) + extra)


def _require_shape(task: RegressionTask, preconditioner: Tensor) -> None:
    one = (task.d, task.d)
    if tuple(preconditioner.shape) not in (one, (1, *one), (task.n_targets, *one)):
        raise ValueError(
            f"preconditioner must be {one} or {(task.n_targets, *one)} as in task, "
            f"got {tuple(preconditioner.shape)}"
        )


def _risk(
    task: RegressionTask, preconditioner: Tensor, mean: float, second_moment: Matrices
) -> Tensor:
    _require_shape(task, preconditioner)
    require_float64("the risk of a preconditioner", preconditioner.device)
    covariance, matrices = task.input_covariance.double(), preconditioner.double()
    hit = mean * torch.einsum(
        "...ij,...ij->...", matrices, covariance @ task.priors.double() @ covariance
    )
    size = torch.einsum("...ij,jk,...lk,...li->...", matrices, covariance, matrices, second_moment)
    return _signal(task) + task.noise_variance - 2 * hit + size
