"""How much of a write is left: decay between the tokens of a chunk, by sums, never by quotients.

With g ≤ 0 the log-decay of each token, a write at j is worth exp(g_{j+1} + … + g_i) at i. The
sums run over non-positive numbers only, so nothing overflows, nothing cancels, and a hard reset
(g = −inf) gives an exact zero with zero gradient. Sequences are chunked: (..., time, channel).
"""

import torch
from torch import Tensor

from attnkit.memory.shared.precision import product

__all__ = ["from_entry", "pairwise_decay", "pairwise_scores", "to_exit"]


def from_entry(log_decay: Tensor) -> Tensor:
    """exp(g_1 + … + g_i): what is left of the entry state at each token (..., time, channel)."""
    return log_decay.cumsum(-2).exp()


def to_exit(log_decay: Tensor) -> Tensor:
    """exp(g_{i+1} + … + g_C): what is left of each write at the end (..., time, channel)."""
    later = torch.cat([log_decay[..., 1:, :], torch.zeros_like(log_decay[..., :1, :])], -2)
    return later.flip(-2).cumsum(-2).flip(-2).exp()


def pairwise_decay(log_decay: Tensor) -> Tensor:
    """D_ij = exp(g_{j+1} + … + g_i) for j ≤ i, else 0, of one channel (..., time, 1)."""
    size = log_decay.shape[-2]
    causal = torch.ones(size, size, dtype=torch.bool, device=log_decay.device).tril()
    terms = log_decay.expand(*log_decay.shape[:-1], size).masked_fill(~causal.tril(-1), 0.0)
    return terms.cumsum(-2).exp() * causal


def pairwise_scores(left: Tensor, right: Tensor, log_decay: Tensor) -> Tensor:
    """Σ_c left_ic right_jc exp(g_{j+1,c} + … + g_{i,c}) for j ≤ i, else 0, chunk length 2^m.

    One channel weights the plain scores. Many channels halve the chunk: across the middle the
    decay factors into (middle → i) and (j → middle), each at most one; within the halves, again.
    """
    if log_decay.shape[-1] == 1:
        return product(left, right.mT) * pairwise_decay(log_decay)
    size = left.shape[-2]
    if size == 1:
        return (left * right).sum(-1, keepdim=True)
    left, right, log_decay = (t.unflatten(-2, (2, size // 2)) for t in (left, right, log_decay))
    within = pairwise_scores(left, right, log_decay)
    after_middle = left[..., 1, :, :] * from_entry(log_decay[..., 1, :, :])
    before_middle = right[..., 0, :, :] * to_exit(log_decay[..., 0, :, :])
    across = product(after_middle, before_middle.mT)
    first = torch.cat([within[..., 0, :, :], torch.zeros_like(across)], -1)
    return torch.cat([first, torch.cat([across, within[..., 1, :, :]], -1)], -2)
