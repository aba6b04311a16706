"""What the learners accept: checked, in a computing dtype, with the constant appended."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.random_features.features import append_constant, averaging_weights
from attnkit.validate import is_traced, require_finite, require_floating

__all__ = [
    "Keys",
    "Mask",
    "Prepared",
    "Queries",
    "Targets",
    "compute_dtype",
    "pad_keys",
    "prepare",
    "require_representable",
    "without_hidden",
]

Queries = Annotated[Float[Tensor, "sample d_query"], Finite()]
Keys = Annotated[Float[Tensor, "sample n_keys d_key"], Like("queries")]
Mask = Bool[Tensor, "sample n_keys"] | None
Targets = Annotated[Float[Tensor, " sample"] | Float[Tensor, "sample target"], Finite()]


class Prepared(NamedTuple):
    """Queries and keys with their constant, and the averaging weights of the keys."""

    queries: Tensor
    keys: Tensor
    weights: Tensor


def compute_dtype(tensor: Tensor) -> torch.dtype:
    """The tensor's dtype, or float32 for half precision."""
    return torch.promote_types(tensor.dtype, torch.float32)


def without_hidden(keys: Tensor, mask: Tensor | None, name: str = "keys") -> Tensor:
    """Keys with zeros where the mask hides them; what it shows must be finite."""
    if mask is not None:
        keys = keys.masked_fill(~mask.unsqueeze(-1), 0.0)
    require_finite(name, keys)
    return keys


def prepare(queries: Tensor, keys: Tensor, mask: Tensor | None, name: str = "keys") -> Prepared:
    """Zero what the mask hides, append the constant, compute in at least float32."""
    keys, dtype = without_hidden(keys, mask, name), compute_dtype(queries)
    queries, keys = queries.to(dtype), keys.to(dtype)
    return Prepared(append_constant(queries), append_constant(keys), averaging_weights(keys, mask))


def require_representable(names: str, result: Tensor) -> None:
    """Refuse a result of finite numbers that is too large for its dtype."""
    if not is_traced(result) and not bool(result.detach().isfinite().all()):
        raise ValueError(
            f"{names} must be small enough for a result in {result.dtype}, which overflows"
        )


@checked
def pad_keys(
    sequences: Sequence[Tensor],
) -> tuple[Float[Tensor, "sample longest d_key"], Bool[Tensor, "sample longest"]]:
    """Key sets of different sizes as one zero-padded tensor and its mask.

    Parameters
    ----------
    sequences : sequence of Tensor
        Floating-point keys (n_i, d_key) of every sample, at least one sample.

    Returns
    -------
    keys : Tensor
        (sample, longest, d_key).
    mask : Tensor
        (sample, longest), True where a key is real.

    Raises
    ------
    TypeError, ValueError
        For sets that are not floating point, or differ in width, dtype or device.

    Notes
    -----
    Defined here.
    """
    if not len(sequences):
        raise ValueError("sequences must hold at least one set of keys, got none")
    for i, keys in enumerate(sequences):
        require_floating(f"sequences[{i}]", keys)
        _require_same_kind(f"sequences[{i}]", keys, sequences[0])
    keys = torch.nn.utils.rnn.pad_sequence(list(sequences), batch_first=True)
    lengths = torch.tensor([len(each) for each in sequences], device=keys.device)
    return keys, torch.arange(keys.shape[1], device=keys.device) < lengths[:, None]


def _require_same_kind(name: str, keys: Tensor, first: Tensor) -> None:
    if keys.ndim != 2 or keys.shape[1:] != first.shape[1:]:
        width = first.shape[1] if first.ndim == 2 else "d_key"
        raise ValueError(f"{name} must have shape (n_keys, {width}), got {tuple(keys.shape)}")
    if (keys.dtype, keys.device) != (first.dtype, first.device):
        raise TypeError(
            f"{name} must be {first.dtype} on {first.device} like sequences[0], "
            f"got {keys.dtype} on {keys.device}"
        )
