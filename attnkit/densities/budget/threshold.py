r"""Where the keys that are taken whole begin: one number, between two that are known beforehand.

With alpha-exponentials, exp_a(x) = [1 + (a - 1) x]_+^(1 / (a - 1)) and exp(x) at a = 1, the
weights are p_i = exp_a(min(z_i - s, 0)): a key above the score s is taken whole. Their sum falls
with s. Let m = ceil(k), and measure scores from the m-th best. At s = 0 those m keys are whole, and
the sum is k or more. At s = g, where exp_a(-g) = (k - m + 1) / (n - m + 1), the m - 1 better ones
have one at most and the others exp_a(-g) at most, so that the sum is k or less. Halving needs no
other bracket, whatever the scores. Derived here.

Halving finds s without derivatives. Two steps of Newton's method, which are differentiated, give
them: from a root, each step's error is quadratic, so that two are exact to the third order.
"""

import torch
from torch import Tensor

__all__ = ["exponential", "saturation"]

_HALVINGS = 60
_NEWTON_STEPS = 2
_NEAR_ONE = 1e-20


def exponential(gaps: Tensor, alpha: Tensor) -> Tensor:
    """The alpha-exponential of gaps that are at most zero; zero at −inf."""
    seen = gaps > -torch.inf
    reach = (alpha - 1) * gaps.where(seen, 0.0)
    inside = seen & (reach > -1)
    # Where a key has no weight its power would be infinitely steep.
    held = gaps.where(inside, 0.0) * _logarithm_ratio(reach.where(inside, 0.0))
    return held.exp().where(inside, 0.0)


def _logarithm_ratio(t: Tensor) -> Tensor:
    """log(1 + t) / t, with derivatives free of cancellation at 0."""
    small = t.abs() < 0.1
    near, far = t.where(small, 0.0), t.where(~small, 1.0)
    series = torch.zeros_like(t)
    for k in reversed(range(17)):
        series = 1 / (k + 1) - near * series
    return series.where(small, torch.log1p(far) / far)


def saturation(rows: Tensor, alpha: Tensor, budget: Tensor) -> Tensor:
    """s of each row (..., 1), the rows measured from their ceil(k)-th best; differentiable.

    The budget, more than zero, is no more than the keys of its row; alpha lies between 1 and 2.
    """
    with torch.no_grad():
        level = _halved(rows, alpha, budget)
    for _ in range(_NEWTON_STEPS):
        level = _newton(rows, alpha, budget, level)
    return level


def _halved(rows: Tensor, alpha: Tensor, budget: Tensor) -> Tensor:
    low = torch.zeros_like(rows[..., :1])
    high = _highest(rows, alpha, budget)
    excess = (alpha - 1).clamp(min=_NEAR_ONE)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reach = (excess * (rows - middle)).clamp(-1.0, 0.0)
        over = (torch.log1p(reach) / excess).exp().sum(-1, keepdim=True) > budget
        low, high = middle.where(over, low), high.where(over, middle)
    return (low + high) / 2


def _highest(rows: Tensor, alpha: Tensor, budget: Tensor) -> Tensor:
    """The gap at which the keys that are not better than the ceil(k)-th have k together at most."""
    better = budget.ceil() - 1
    others = (rows > -torch.inf).sum(-1, keepdim=True) - better
    logarithm = ((budget - better) / others.clamp(min=1)).log()
    excess = (alpha - 1).clamp(min=_NEAR_ONE)
    return -torch.expm1(excess * logarithm) / excess


def _newton(rows: Tensor, alpha: Tensor, budget: Tensor, level: Tensor) -> Tensor:
    """One step, along the keys that are neither whole nor nothing; none without such a key."""
    weights = exponential((rows - level).clamp(max=0), alpha)
    between = (weights > 0) & (rows < level)
    slope = _power(weights, 2 - alpha, between).sum(-1, keepdim=True)
    moves = slope > 0
    surplus = weights.sum(-1, keepdim=True) - budget
    return level + (surplus / slope.where(moves, 1.0)).where(moves, 0.0)


def _power(weights: Tensor, exponent: Tensor, where: Tensor) -> Tensor:
    return (exponent * weights.where(where, 1.0).log()).exp().where(where, 0.0)
