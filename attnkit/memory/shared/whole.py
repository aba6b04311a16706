"""Decay between any two tokens of a whole sequence: what the token × token definitions share."""

import torch
from torch import Tensor

__all__ = ["from_start", "left_of", "scores_between"]


def left_of(log_decay: Tensor) -> Tensor:
    """exp(g_{j+1} + … + g_i) for j ≤ i, else 0: (..., query i, key j, channel).

    Sums of numbers ≤ 0, never quotients, so that a hard reset (g = −inf) is an exact zero.
    """
    size = log_decay.shape[-2]
    every = torch.ones(size, size, dtype=torch.bool, device=log_decay.device)
    terms = torch.where(every.tril(-1)[..., None], log_decay[..., :, None, :], 0.0)
    return terms.cumsum(-3).exp() * every.tril()[..., None]


def from_start(log_decay: Tensor) -> Tensor:
    """exp(g_1 + … + g_i): what is left of the initial state at each token (..., time, channel)."""
    return log_decay.cumsum(-2).exp()


def scores_between(queries: Tensor, keys: Tensor, left: Tensor) -> Tensor:
    """Σ_c q_ic k_jc left_ijc (..., query, key), one channel of `left` for all c or one for each."""
    return (queries[..., :, None, :] * left * keys[..., None, :, :]).sum(-1)
