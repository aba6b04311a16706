"""Layers of one head and what may be put around them: each takes states and returns states."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.concentration.eigenspectrum.ensemble import bilinear_scores
from attnkit.densities import softmax
from attnkit.masks import require_mask
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite

__all__ = ["AttentionLayer", "Layer", "normed", "residual", "through"]

States = Annotated[Float[Tensor, "*batch token feature"], Finite()]
Layer = Callable[[Tensor], Tensor]


@checked
@dataclass(frozen=True)
class AttentionLayer:
    r"""One head without anything around it.

    .. math:: X \leftarrow \operatorname{softmax}(X W X^\top)\, X V

    Parameters
    ----------
    matrix, values : Tensor
        (feature, feature), W and V. Scores are not divided by the root of the width.
    mask : Tensor or None
        (query, key), true where a token may look. One that may look nowhere becomes zero.

    Raises
    ------
    TypeError, ValueError
        For matrices that are not square, not finite, not floating point or unlike each other; when
        called, for states that do not fit them.

    Notes
    -----
    Wu et al. 2024, arXiv:2405.18781: self-attention networks with masks.
    """

    matrix: Annotated[Float[Tensor, "feature feature"], Finite()]
    values: Annotated[Float[Tensor, "feature feature"], Finite(), Like("matrix")]
    mask: Bool[Tensor, "token token"] | None = None

    @checked
    def weights(self, states: States) -> Float[Tensor, "*batch token token"]:
        """Who looks at whom: (..., token, feature) to (..., query, key)."""
        self._require_fit(states)
        scores = bilinear_scores(states, self.matrix)
        require_finite("scores of the states", scores)
        if self.mask is not None:
            require_mask(self.mask, scores.shape, "the tokens' scores")
        return softmax(scores, mask=self.mask)

    @checked
    @outside_autocast
    def __call__(self, states: States) -> States:
        """The next states: (..., token, feature) to the same shape, of the same dtype."""
        dtype = torch.promote_types(states.dtype, torch.float32)
        mixed = self.weights(states).to(dtype) @ states.to(dtype)
        return (mixed @ self.values.to(dtype)).to(states.dtype)

    def _require_fit(self, states: Tensor) -> None:
        if states.shape[-1] != len(self.matrix):
            raise ValueError(
                f"states must have {len(self.matrix)} features like matrix, got {states.shape[-1]}"
            )
        if states.dtype != self.matrix.dtype:
            raise TypeError(f"states must be {self.matrix.dtype} like matrix, got {states.dtype}")


def residual(layer: Layer) -> Layer:
    """Add a layer's result to its input."""
    return lambda states: states + layer(states)


def normed(layer: Layer) -> Layer:
    """Centre each token of a layer's result and scale it to the norm √d: LayerNorm, no gain."""
    return lambda states: F.layer_norm(layer(states), states.shape[-1:])


@checked
def through(
    states: States, layers: Iterable[Callable]
) -> Float[Tensor, "depth *batch token feature"]:
    """States before, between and after layers.

    Parameters
    ----------
    states : Tensor
        (..., token, feature), where they start.
    layers : iterable of callable
        Each takes states and returns states of the same shape.

    Returns
    -------
    Tensor (depth + 1, ..., token, feature).

    Raises
    ------
    TypeError, ValueError
        For states that are not floating point, or a layer that changes their shape.

    Notes
    -----
    Defined here.
    """
    seen = [states]
    for place, layer in enumerate(layers):
        seen.append(layer(seen[-1]))
        if seen[-1].shape != states.shape:
            raise ValueError(
                f"layers must keep the shape {tuple(states.shape)} of states, "
                f"got {tuple(seen[-1].shape)} from layer {place}"
            )
    return torch.stack(seen)
