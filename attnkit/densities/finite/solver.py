"""One entry for every alpha: picks the convex equation and walks the rows in cache-sized blocks."""

import torch
from torch import Tensor

from attnkit.densities.finite.best_key import weights_up_to_two
from attnkit.densities.finite.weakest_key import weights_from_two

__all__ = ["exceeds_two", "solve"]

_BLOCK = {"cpu": 2**18}  # scores per block, about what a core's cache holds
_BLOCK_ELSEWHERE = 2**25


def solve(scores: Tensor, alpha: float | Tensor) -> Tensor:
    """Weights over the last dimension; alpha is a number or a tensor (*batch, 1)."""
    if torch.compiler.is_compiling():
        return _solve_rows(scores, alpha)
    n_keys = scores.shape[-1]
    rows = scores.reshape(-1, n_keys)
    orders = alpha.reshape(-1, 1) if isinstance(alpha, Tensor) else alpha
    size = max(1, _BLOCK.get(scores.device.type, _BLOCK_ELSEWHERE) // n_keys)
    weights = torch.empty_like(rows)
    for start in range(0, len(rows), size):
        block = slice(start, start + size)
        order = orders[block] if isinstance(orders, Tensor) else orders
        weights[block] = _solve_rows(rows[block], order)
    return weights.reshape(scores.shape)


def exceeds_two(alpha: float | Tensor) -> bool:
    """Whether any alpha is, or when traced could be, above 2."""
    if not isinstance(alpha, Tensor):
        return alpha > 2
    traced = torch.compiler.is_compiling() or torch._C._functorch.is_functorch_wrapped_tensor(alpha)
    return traced or bool((alpha > 2).any())


def _solve_rows(scores: Tensor, alpha: float | Tensor) -> Tensor:
    if not exceeds_two(alpha):
        return weights_up_to_two(scores, alpha)
    if not isinstance(alpha, Tensor):
        return weights_from_two(scores, alpha)
    low, high = alpha.clamp(max=2.0), alpha.clamp(min=2.0)
    beyond = weights_from_two(scores, high)
    return weights_up_to_two(scores, low).where(alpha <= 2, beyond)
