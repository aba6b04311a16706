"""An array that counts how often each of its entries is read."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked

__all__ = ["Counted"]


@checked
class Counted:
    r"""An array (key, ...) that counts how often each of its entries is read.

    .. math:: \text{passes} = \max_j\, \text{reads}_j

    Parameters
    ----------
    array : Float[Tensor, "key ..."]
        Scores (key,) or values (key, value), finite.

    Attributes
    ----------
    reads : Tensor
        (key,), how often each entry was read so far.

    Raises
    ------
    ValueError, TypeError
        NaN or infinity, a number without a dimension; no tensor of floating point.

    References
    ----------
    Defined here; that a softmax costs three passes, two or one is Nayak et al. 2024 (FuseMax).
    """

    def __init__(self, array: Annotated[Float[Tensor, "key ..."], Finite()]):
        self._array, self.n_dims = array, array.ndim
        self.reads = torch.zeros(len(array), dtype=torch.int64)

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, place: slice) -> Tensor:
        """Read entries."""
        self.reads[place] += 1
        return self._array[place]

    def __sub__(self, other: float | Tensor) -> Tensor:
        """Read all entries, less a number."""
        return self[:] - other

    def max(self) -> Tensor:
        """Read all entries for their largest."""
        return self[:].amax(0)
