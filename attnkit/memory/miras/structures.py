"""What a memory is: one layer, or a network of them."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

from attnkit.arguments import checked
from attnkit.memory.shared.precision import compute_dtype
from attnkit.memory.titans.network import Weights, require_chain

__all__ = ["LinearMemory", "NetworkMemory", "Structure"]


@runtime_checkable
class Structure(Protocol):
    """What a memory is: where the sums of its pushes begin.

    Raises
    ------
    TypeError
        From `Rule`, for an object without `begin`.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, the first of the four choices.
    """

    def begin(self, keys: Tensor, d_value: int) -> Weights:
        """Sums (..., in, out) of each layer, for keys (..., time, key)."""


@checked
@dataclass(frozen=True)
class LinearMemory:
    """One layer, (..., key, value), that begins with nothing pushed.

    Raises
    ------
    TypeError
        For any argument.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, where it is called matrix-valued.
    """

    def begin(self, keys: Tensor, d_value: int) -> Weights:
        shape = (*keys.shape[:-2], keys.shape[-1], d_value)
        return (keys.new_zeros(shape, dtype=compute_dtype(keys)),)


@checked
@dataclass(frozen=True)
class NetworkMemory:
    """Layers with GELU between them, which every sequence begins with.

    Parameters
    ----------
    first : tuple of Tensor
        Sums (in, out) of each layer at the beginning, such as `deep_memory` draws.

    Raises
    ------
    ValueError, TypeError
        For NaN or infinity, no layer, or layers that do not follow on one another.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, section 6; its residual and its norm are left out.
    """

    first: Weights

    def __post_init__(self):
        require_chain("first", self.first, self.first[0].shape[-2] if self.first else 0)

    def begin(self, keys: Tensor, d_value: int) -> Weights:
        require_chain("rule.memory.first", self.first, keys.shape[-1])
        if self.first[-1].shape[-1] != d_value:
            raise ValueError(
                f"rule.memory.first must end with the width of the values, {d_value}, "
                f"got {self.first[-1].shape[-1]}"
            )
        leading, dtype = keys.shape[:-2], compute_dtype(keys)
        return tuple(w.to(keys.device, dtype).expand(*leading, *w.shape) for w in self.first)
