"""Several regressions of the same inputs: how many heads they need, and the price of too few.

Heads serve N targets when sum_h OV_h[t] KQ_h = P_t for every target t while sum_h OV_h[t] = 0.
The N gain vectors then lie in the (H - 1)-dimensional space of zero sums, so the matrices P_t
that H heads can form span at most H - 1 dimensions: H = N + 1 heads suffice. Derived here.
"""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory.preconditioners import (
    best_debiased_preconditioner,
    debiased_preconditioner_risk,
    moment_matrix,
)
from attnkit.precision import outside_autocast

__all__ = ["shared_preconditioners", "shared_risk", "sufficient_heads"]

HeadCount = Annotated[int, Range(2, 10**6)]


@checked
def sufficient_heads(n_targets: Annotated[int, Range(1, 10**9)]) -> int:
    """N + 1 heads let every target have its own best preconditioner in the small-scale limit.

    Parameters
    ----------
    n_targets : int
        N, from 1 to 1,000,000,000.

    Raises
    ------
    TypeError, ValueError
        For another number of targets.
    """
    return n_targets + 1


@outside_autocast
@checked
def shared_preconditioners(
    task: RegressionTask, n_heads: HeadCount, *, sweeps: Annotated[int, Range(1, 10_000)] = 60
) -> Float[Tensor, "targets d d"]:
    """Best P_t = sum_k c_tk W_k with H - 1 shared matrices W_k, by alternating least squares.

    The mean risk is quadratic in the coefficients and in the matrices. Each sweep minimises it
    over one and then the other, from eight starts, because there are poor local optima that
    serve some targets and leave others out; the best end is returned.

    Parameters
    ----------
    task : RegressionTask
        The targets, as a prior (targets, d, d).
    n_heads : int
        Heads H to share, from 2 (a single head cannot have zero sum) to 1,000,000.
    sweeps : int
        Number of sweeps, from 1 to 10,000.

    Returns
    -------
    Tensor
        (targets, d, d), float64.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, and for tasks whose sweeps need more than 1e8 numbers.
    """
    wanted = best_debiased_preconditioner(task)
    if n_heads >= sufficient_heads(task.n_targets):
        return wanted
    covariance = task.input_covariance.double()
    if task.n_targets * n_heads**2 * task.d**4 > 10**8:
        size = f"d = {task.d} and {task.n_targets} targets"
        raise ValueError(f"task must be small enough to share {n_heads} heads, got {size}")
    metric = torch.stack([torch.kron(moments, covariance) for moments in moment_matrix(task)])
    goals = wanted.flatten(1)
    shares = _starts(task.n_targets, n_heads - 1)
    for _ in range(sweeps):
        basis = _best_basis(metric, goals, shares)
        shares = _best_shares(metric, goals, basis)
    matrices = (shares @ basis).unflatten(-1, (task.d, task.d))
    risks = [debiased_preconditioner_risk(task, each).mean() for each in matrices]
    return matrices[int(torch.stack(risks).argmin())]


def _starts(n_targets: int, n_shared: int) -> Float[Tensor, "starts targets shared"]:
    """All shares equal but for a little chance, growing from start to start; always the same."""
    chance = torch.Generator().manual_seed(0)
    noise = torch.randn(8, n_targets, n_shared, generator=chance, dtype=torch.float64)
    return 1 + torch.linspace(0.01, 2, 8, dtype=torch.float64)[:, None, None] * noise


def _best_shares(metric: Tensor, goals: Tensor, basis: Tensor) -> Tensor:
    """Coefficients c_t that minimise (c_t W - g_t)' M_t (c_t W - g_t), for every start."""
    form = torch.einsum("ski,tij,slj->stkl", basis, metric, basis)
    goal = torch.einsum("ski,tij,tj->stk", basis, metric, goals)
    return _minimiser(form, goal)


def _best_basis(metric: Tensor, goals: Tensor, shares: Tensor) -> Tensor:
    """Matrices W that minimise the sum over targets of the same form."""
    count, size = shares.shape[-1], goals.shape[1]
    form = torch.einsum("stk,stl,tij->skilj", shares, shares, metric).flatten(-2).flatten(1, 2)
    goal = torch.einsum("stk,tij,tj->ski", shares, metric, goals).flatten(1)
    return _minimiser(form, goal).unflatten(-1, (count, size))


def _minimiser(form: Tensor, goal: Tensor) -> Tensor:
    """Solve form x = goal; the trace's 1e-12 settles directions that do not matter.

    A form of zeros, where all targets ask for nothing, is solved by zero.
    """
    trace = form.diagonal(dim1=-2, dim2=-1).sum(-1)[..., None, None]
    eye = torch.eye(form.shape[-1], dtype=form.dtype)
    return torch.linalg.solve(form + torch.where(trace > 0, 1e-12 * trace, 1.0) * eye, goal)


@checked
def shared_risk(task: RegressionTask, n_heads: HeadCount) -> Float[Tensor, " targets"]:
    """Risk of each target when H heads share their matrices as well as they can, scales small.

    Parameters and errors are those of `shared_preconditioners`; the result is (targets,).
    """
    return debiased_preconditioner_risk(task, shared_preconditioners(task, n_heads))
