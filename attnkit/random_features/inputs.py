"""What the learners accept: checked, in a computing dtype, with the constant appended."""

from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.random_features.features import append_constant, averaging_weights
from attnkit.validate import require_finite, require_floating

__all__ = ["Prepared", "check_mask", "check_targets", "check_tokens", "pad_keys", "prepare"]


class Prepared(NamedTuple):
    """Queries and keys with their constant, and the averaging weights of the keys."""

    queries: Tensor
    keys: Tensor
    weights: Tensor


def check_tokens(queries: object, keys: object) -> None:
    """Refuse anything but queries (sample, d_query) with keys (sample, n_keys, d_key)."""
    if isinstance(keys, (list, tuple)):
        raise TypeError(
            f"keys must be one tensor, got a {type(keys).__name__}: "
            "pad sets of different sizes with pad_keys and pass its mask"
        )
    for name, tensor, rank in (("queries", queries, 2), ("keys", keys, 3)):
        require_floating(name, tensor)
        if tensor.ndim != rank:
            wanted = "(sample, d_query)" if rank == 2 else "(sample, n_keys, d_key)"
            raise ValueError(f"{name} must have shape {wanted}, got shape {tuple(tensor.shape)}")
    if len(queries) != len(keys):
        raise ValueError(
            f"queries and keys must hold the same samples, got {len(queries)} and {len(keys)}"
        )
    if queries.dtype != keys.dtype or queries.device != keys.device:
        raise TypeError(
            "queries and keys must share dtype and device, got "
            f"{queries.dtype} on {queries.device} and {keys.dtype} on {keys.device}"
        )


def check_mask(mask: Tensor | None, keys: Tensor) -> None:
    """Refuse a mask that is not boolean (True: the key counts) of shape (sample, n_keys)."""
    if mask is None:
        return
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        raise TypeError(f"mask must be a boolean tensor, got {getattr(mask, 'dtype', type(mask))}")
    if mask.shape != keys.shape[:2]:
        raise ValueError(
            f"mask must have shape {tuple(keys.shape[:2])}, got shape {tuple(mask.shape)}"
        )


def check_targets(targets: Tensor, n_samples: int) -> None:
    """Refuse targets that are not finite numbers (sample,) or (sample, target), or too few."""
    require_floating("targets", targets)
    if targets.ndim not in (1, 2) or len(targets) != n_samples:
        raise ValueError(
            f"targets must have shape ({n_samples},) or ({n_samples}, target), "
            f"got shape {tuple(targets.shape)}"
        )
    if n_samples < 2:
        raise ValueError(f"targets must hold at least 2 samples to fit, got {n_samples}")
    require_finite("targets", targets)


def prepare(queries: Tensor, keys: Tensor, mask: Tensor | None) -> Prepared:
    """Check the input, zero what the mask hides, append the constant, compute in >= float32."""
    check_tokens(queries, keys)
    check_mask(mask, keys)
    if mask is not None:
        keys = keys.masked_fill(~mask.unsqueeze(-1), 0.0)
    require_finite("queries", queries)
    require_finite("keys", keys)
    dtype = torch.promote_types(queries.dtype, torch.float32)
    queries, keys = queries.to(dtype), keys.to(dtype)
    return Prepared(append_constant(queries), append_constant(keys), averaging_weights(keys, mask))


def pad_keys(sequences: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Key sets of different sizes (n_i, d_key) as one zero-padded tensor and its mask.

    Returns
    -------
    keys : (sample, longest, d_key)
    mask : (sample, longest), True where a key is real
    """
    keys = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    lengths = torch.tensor([len(s) for s in sequences], device=keys.device)
    return keys, torch.arange(keys.shape[1], device=keys.device) < lengths[:, None]
