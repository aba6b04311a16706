"""Several regressions of the same inputs: how many heads they need, and the price of too few.

Heads serve N targets when sum_h OV_h[t] KQ_h = P_t for every target t while sum_h OV_h[t] = 0.
The N gain vectors then lie in the (H - 1)-dimensional space of zero sums, so the matrices P_t
that H heads can form span at most H - 1 dimensions: H = N + 1 heads suffice. Derived here.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.icl.counts import require_count
from attnkit.icl.prompts import RegressionTask
from attnkit.icl.theory.preconditioners import (
    best_debiased_preconditioner,
    debiased_preconditioner_risk,
    moment_matrix,
)

__all__ = ["shared_preconditioners", "shared_risk", "sufficient_heads"]


def sufficient_heads(n_targets: int) -> int:
    """N + 1 heads let every target have its own best preconditioner in the small-scale limit."""
    require_count("n_targets", n_targets)
    return n_targets + 1


def shared_preconditioners(
    task: RegressionTask, n_heads: int, *, sweeps: int = 60
) -> Float[Tensor, "targets d d"]:
    """Best P_t = sum_k c_tk W_k with H - 1 shared matrices W_k, by alternating least squares.

    The mean risk is quadratic in the coefficients and in the matrices, and each sweep minimises
    it over one and then the other, starting from the leading singular matrices of the best P_t.

    Parameters
    ----------
    task : RegressionTask
        The targets, as a prior (targets, d, d).
    n_heads : int
        Heads H to share, at least 2: a single head cannot have zero sum.
    sweeps : int
        Number of sweeps.
    """
    require_count("n_heads", n_heads, low=2)
    wanted = best_debiased_preconditioner(task)
    if n_heads >= sufficient_heads(task.n_targets):
        return wanted
    metric = torch.stack(
        [torch.kron(moments, task.input_covariance.double()) for moments in moment_matrix(task)]
    )
    goals = wanted.flatten(1)
    _, _, basis = torch.linalg.svd(goals, full_matrices=False)
    basis = basis[: n_heads - 1]
    for _ in range(sweeps):
        shares = _best_shares(metric, goals, basis)
        basis = _best_basis(metric, goals, shares)
    return (_best_shares(metric, goals, basis) @ basis).unflatten(1, (task.d, task.d))


def _best_shares(metric: Tensor, goals: Tensor, basis: Tensor) -> Tensor:
    """Coefficients c_t that minimise (c_t W - g_t)' M_t (c_t W - g_t)."""
    carried = basis @ metric
    return torch.linalg.solve(carried @ basis.mT, (carried @ goals.unsqueeze(-1))).squeeze(-1)


def _best_basis(metric: Tensor, goals: Tensor, shares: Tensor) -> Tensor:
    """Matrices W that minimise the sum over targets of the same form."""
    count, size = shares.shape[1], goals.shape[1]
    form = torch.einsum("tk,tl,tij->kilj", shares, shares, metric).reshape(count * size, -1)
    goal = torch.einsum("tk,tij,tj->ki", shares, metric, goals).reshape(-1)
    return torch.linalg.lstsq(form, goal[:, None], driver="gelsd").solution.reshape(count, size)


def shared_risk(task: RegressionTask, n_heads: int) -> Float[Tensor, " targets"]:
    """Risk of each target when H heads share their matrices as well as they can, scales small."""
    return debiased_preconditioner_risk(task, shared_preconditioners(task, n_heads))
