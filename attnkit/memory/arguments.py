"""What a memory accepts, and errors that name what came and what was wanted."""

import warnings

import torch
from torch import Tensor

from attnkit.validate import require_finite, require_floating

__all__ = [
    "initial_state_or_zeros",
    "require_finite_result",
    "require_gate",
    "require_log_decay",
    "require_sequences",
    "warn_unstable_rate",
]

_SLACK = 1e-4  # unit keys and rate 2 differ from the limit by rounding alone


def require_sequences(queries: Tensor, keys: Tensor, values: Tensor, chunk_size: int) -> None:
    """Check three sequences (..., time, feature) that belong together, and the chunk size."""
    for name, tensor in (("queries", queries), ("keys", keys), ("values", values)):
        require_floating(name, tensor)
        if tensor.ndim < 2:
            raise ValueError(
                f"{name} must have shape (..., time, feature), got {tuple(tensor.shape)}"
            )
        if tensor.dtype != queries.dtype or tensor.device != queries.device:
            raise TypeError(
                f"{name} must be {queries.dtype} on {queries.device} like queries, "
                f"got {tensor.dtype} on {tensor.device}"
            )
    if queries.shape[-2] == 0:
        raise ValueError(f"queries must hold at least one token, got {tuple(queries.shape)}")
    if keys.shape != queries.shape:
        raise ValueError(
            f"keys must have the shape of queries {tuple(queries.shape)}, got {tuple(keys.shape)}"
        )
    if values.shape[:-1] != keys.shape[:-1]:
        raise ValueError(
            f"values must have shape {tuple(keys.shape[:-1])} + (feature,), one value a key, "
            f"got {tuple(values.shape)}"
        )
    if isinstance(chunk_size, bool) or not isinstance(chunk_size, int) or chunk_size < 1:
        raise ValueError(f"chunk_size must be a positive integer, got {chunk_size!r}")


def require_gate(name: str, gate: Tensor, keys: Tensor, *, low: float, high: float) -> None:
    """Check one number a token, between low and high."""
    require_floating(name, gate)
    if gate.shape != keys.shape[:-1]:
        raise ValueError(
            f"{name} must have one entry a token, shape {tuple(keys.shape[:-1])}, "
            f"got {tuple(gate.shape)}"
        )
    _require_range(name, gate, low=low, high=high)


def require_log_decay(log_decay: Tensor, keys: Tensor) -> None:
    """Check log-decays ≤ 0 (−inf is a hard reset), one a token or one a token and key channel."""
    require_floating("log_decay", log_decay)
    if log_decay.shape not in (keys.shape, keys.shape[:-1]):
        raise ValueError(
            f"log_decay must have shape {tuple(keys.shape[:-1])} (one a token) or "
            f"{tuple(keys.shape)} (one a key channel), got {tuple(log_decay.shape)}"
        )
    _require_range("log_decay", log_decay, low=-torch.inf, high=0.0)


def _require_range(name: str, tensor: Tensor, *, low: float, high: float) -> None:
    if torch.compiler.is_compiling():
        return
    bad = ~((tensor >= low) & (tensor <= high)).detach()
    if bool(bad.any()):
        example = tensor.detach()[bad].flatten()[0].item()
        raise ValueError(
            f"{name} must lie in [{low:g}, {high:g}], "
            f"got {int(bad.sum())} other entries such as {example:g}"
        )


def warn_unstable_rate(rate: Tensor, keys: Tensor) -> None:
    """Warn where a step of the delta rule overshoots by more than the error it corrects."""
    if torch.compiler.is_compiling():
        return
    gain = rate.detach() * keys.detach().square().sum(-1)
    low, high = gain.min().item(), gain.max().item()
    if low < 0 or high > 2 + _SLACK:
        worst = low if low < 0 else high
        warnings.warn(
            f"rate · |key|² should lie in [0, 2], got {worst:.4g}: each write multiplies the "
            f"error at its key by 1 − rate · |key|² = {1 - worst:.4g}, so errors grow",
            UserWarning,
            stacklevel=3,
        )


def initial_state_or_zeros(state: Tensor | None, keys: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The given state, checked against `shape`, or zeros: at least float32, one row a sequence."""
    dtype = torch.promote_types(keys.dtype, torch.float32)
    wanted = (*keys.shape[:-2], *shape)
    if state is None:
        return torch.zeros(wanted, dtype=dtype, device=keys.device)
    require_floating("initial_state", state)
    if tuple(state.shape) != wanted:
        raise ValueError(f"initial_state must have shape {wanted}, got {tuple(state.shape)}")
    require_finite("initial_state", state)
    return state.to(dtype)


def require_finite_result(output: Tensor, **inputs: Tensor) -> None:
    """Blame the input that holds a NaN or infinity; looks at the inputs only when it must.

    Every token reads its own write, so no bad entry fails to reach the output, whose sum is one
    cheap look.
    """
    if torch.compiler.is_compiling() or bool(output.detach().sum().isfinite()):
        return
    for name, tensor in inputs.items():
        require_finite(name, tensor)
