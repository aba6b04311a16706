"""What a memory asks of its tokens beyond the shapes in its signature, and of what came out.

A token that a mask leaves out is a token of zeros (query, key, value, rate and log-decay alike): it
writes nothing, fades nothing and reads nothing. It is zeroed first, so that whatever stands there,
NaN too, is neither looked at nor given a gradient.
"""

import torch
from torch import Tensor

from attnkit.arguments import Range
from attnkit.memory.shared.precision import compute_dtype
from attnkit.shapes import Scope
from attnkit.validate import require_finite, require_finite_results

__all__ = [
    "MOST_CHUNKED",
    "SHARE",
    "channel_decay",
    "counted_tokens",
    "decay_shares",
    "finite_tokens",
    "initial_state_or_zeros",
    "log_decay_or_zeros",
    "require_finite_results",
    "token_gate",
    "wide_tokens",
]

FINITE = Range()
SHARE = Range(0.0, 1.0)
MOST_CHUNKED = 2**16  # a chunk of so many tokens has more scores than any machine wants to hold


def counted_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """The three sequences with zeros at tokens that do not count; at least one token."""
    if queries.shape[-2] == 0:
        raise ValueError(f"queries must hold at least one token, got {tuple(queries.shape)}")
    if mask is not None:
        _require_device("mask", mask, keys)
    return tuple(_counted(t, mask) for t in (queries, keys, values))


def wide_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """`counted_tokens` in the dtype to compute in: half precision in float32."""
    tokens = counted_tokens(queries, keys, values, mask)
    return tuple(token.to(compute_dtype(token)) for token in tokens)


def finite_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """`wide_tokens`, each finite: where an exponential would hide an infinity."""
    tokens = wide_tokens(queries, keys, values, mask)
    for name, tensor in zip(("queries", "keys", "values"), tokens, strict=True):
        require_finite(name, tensor)
    return tokens


def _counted(tensor: Tensor, mask: Tensor | None) -> Tensor:
    if mask is None:
        return tensor
    mask = mask[(..., *(None,) * (tensor.ndim - mask.ndim))]
    return torch.where(mask, tensor, tensor.new_zeros(()))


def _require_device(name: str, tensor: Tensor, keys: Tensor) -> None:
    if tensor.device != keys.device:
        raise TypeError(f"{name} must be on {keys.device} like keys, got {tensor.device}")


def token_gate(
    name: str, gate: Tensor, keys: Tensor, mask: Tensor | None, within: Range = FINITE
) -> Tensor:
    """One number a token, (..., time, 1), in the dtype the keys are computed in; 0 where masked."""
    _require_device(name, gate, keys)
    gate = _counted(gate.to(compute_dtype(keys)), mask)
    within.require(name, gate, Scope())
    return gate[..., None]


def channel_decay(log_decay: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
    """Log-decays ≤ 0 (−inf is a hard reset) as (..., time, key or 1), cast like a gate."""
    _require_device("log_decay", log_decay, keys)
    log_decay = _counted(log_decay.to(compute_dtype(keys)), mask)
    resets = torch.finfo(log_decay.dtype).min
    Range(high=0.0).require("log_decay", log_decay.detach().clamp(min=resets), Scope())
    return log_decay if log_decay.ndim == keys.ndim else log_decay[..., None]


def log_decay_or_zeros(log_decay: Tensor | None, keys: Tensor, mask: Tensor | None) -> Tensor:
    """Log-decays (..., time, key or 1) as `channel_decay` casts them, or zeros, (..., time, 1)."""
    if log_decay is None:
        return keys.new_zeros(*keys.shape[:-1], 1, dtype=compute_dtype(keys))
    return channel_decay(log_decay, keys, mask)


def decay_shares(log_decay: Tensor | None, keys: Tensor, mask: Tensor | None) -> Tensor:
    """What each token leaves of the past, (..., time, key or 1): exp of the log-decay, or ones."""
    return log_decay_or_zeros(log_decay, keys, mask).exp()


def initial_state_or_zeros(state: Tensor | None, keys: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The given state, of this shape a sequence, or zeros: at least float32."""
    dtype = compute_dtype(keys)
    if state is None:
        return keys.new_zeros(*keys.shape[:-2], *shape, dtype=dtype)
    _require_device("initial_state", state, keys)
    wanted = (*keys.shape[:-2], *shape)
    if tuple(state.shape) != wanted:
        raise ValueError(f"initial_state must have shape {wanted}, got {tuple(state.shape)}")
    return state.to(dtype)
