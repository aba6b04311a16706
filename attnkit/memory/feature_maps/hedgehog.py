"""Hedgehog: a learned feature map that is spiky and positive."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.shared.precision import compute_dtype, product

__all__ = ["Hedgehog", "SharpMap"]

MOST_FEATURES = 2**15  # W is square


@checked
class SharpMap(nn.Module):
    r"""Hedgehog, a learned spiky positive map: :math:`\operatorname{softmax}(\gamma [Wx, -Wx])`.

    Both signs of a learnable projection compete in one softmax over 2 d features, sharpened by
    the gain :math:`\gamma`; W starts at the identity. Without the minus half, opposite inputs
    would share their features.

    Parameters
    ----------
    d_input : int
        Width of the keys, between 1 and 32768.
    gain : float
        :math:`\gamma`, between 10⁻⁶ and 10⁶.

    Raises
    ------
    ValueError
        A width or a gain out of range.
    TypeError
        A width that is no integer, a gain that is no number.

    References
    ----------
    Zhang et al. 2024, "The Hedgehog and the porcupine"; variants differ in gain and in where the
    softmax runs, this one is joint over both signs.
    """

    def __init__(
        self,
        d_input: Annotated[int, Range(1, MOST_FEATURES)],
        *,
        gain: Annotated[float, Range(1e-6, 1e6)] = 2.0,
    ):
        super().__init__()
        self.gain = gain
        self.projection = nn.Parameter(torch.eye(d_input))

    @checked
    def forward(
        self, x: Annotated[Float[Tensor, "*batch d"], Finite()]
    ) -> Float[Tensor, "*batch 2*d"]:
        """Return 2 d positive features that sum to one, (..., 2 d) for keys or queries (..., d)."""
        d = self.projection.shape[-1]
        if x.shape[-1] != d:
            raise ValueError(f"x must have {d} features, got shape {tuple(x.shape)}")
        flat = x.to(compute_dtype(x)).reshape(x.shape[:-1].numel(), d)
        projected = self.gain * product(flat, self.projection.to(flat).mT)
        features = torch.cat([projected, -projected], -1).softmax(-1)
        require_finite_results({"the projection of x": features}, x=x, projection=self.projection)
        return features.to(x.dtype).reshape(*x.shape[:-1], 2 * d)


Hedgehog = SharpMap
"""The paper's name."""
