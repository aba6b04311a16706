"""Gated attention pooling of a bag, and the loss that keeps its weights from one instance."""

import math
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.densities import softmax
from attnkit.diagnostics import entropy
from attnkit.masks import Mask, require_dimension, require_finite_where_attended, require_mask
from attnkit.precision import outside_autocast

__all__ = ["GatedPooling", "Pooled", "negative_attention_entropy"]

Width = Annotated[int, Range(1, 2**15)]


class Pooled(NamedTuple):
    """What a bag is read as: context (..., feature), and weights and scores (..., instance)."""

    context: Tensor
    weights: Tensor
    scores: Tensor


class GatedPooling(nn.Module):
    r"""Pool a bag of instances by softmax weights, whose scores come from a gated layer.

    .. math:: z_i = w^\top \bigl(\tanh(V h_i) \odot \sigma(U h_i)\bigr), \qquad
              c = \sum_i \operatorname{softmax}(z)_i \, h_i

    Parameters
    ----------
    n_features : int
        Width of an instance h_i, between 1 and 32768.
    n_hidden : int
        Width of the gated layer, in the same range.

    Raises
    ------
    TypeError, ValueError
        For a width that is no integer or out of range.

    Notes
    -----
    Ilse et al. 2018, "Attention-based deep multiple instance learning", equation 9; Zhang et al.
    2024 use it with 128 hidden units.
    """

    @checked
    def __init__(self, n_features: Width, n_hidden: Width = 128):
        super().__init__()
        self.signal = nn.Linear(n_features, n_hidden)
        self.gate = nn.Linear(n_features, n_hidden)
        self.score = nn.Linear(n_hidden, 1)

    @checked
    @outside_autocast
    def forward(
        self, instances: Float[Tensor, "*batch instance feature"], mask: Mask | None = None
    ) -> Pooled:
        """Pool instances (..., instance, feature); a mask is true where there is an instance.

        A bag without one is read as zeros. What the mask leaves out is never looked at. Half
        precision is computed in float32; what comes back has the dtype of the instances.

        Raises
        ------
        TypeError
            For instances that are not floating point, or a mask that is not boolean.
        ValueError
            For NaN or an infinity among the instances, another number of features, or a mask that
            does not broadcast to (..., instance).
        """
        if instances.shape[-1] != self.signal.in_features:
            raise ValueError(
                f"instances must have {self.signal.in_features} features, "
                f"got {tuple(instances.shape)}"
            )
        present = None
        if mask is not None:
            shape = instances.shape[:-1]
            present = require_mask(mask, shape, "the instances").expand(shape)
        exact = instances.to(torch.promote_types(instances.dtype, torch.float32))
        seen = require_finite_where_attended("instances", exact, present)
        hidden = _applied(self.signal, seen).tanh() * _applied(self.gate, seen).sigmoid()
        scores = _applied(self.score, hidden).squeeze(-1)
        weights = softmax(scores, mask=present)
        context = (weights.unsqueeze(-2) @ seen).squeeze(-2)
        return Pooled(*(part.to(instances.dtype) for part in (context, weights, scores)))


def _applied(layer: nn.Linear, inputs: Tensor) -> Tensor:
    """A linear layer in the dtype of its inputs, whatever its weights are stored in."""
    return nn.functional.linear(inputs, layer.weight.to(inputs), layer.bias.to(inputs))


@checked
def negative_attention_entropy(
    scores: Annotated[Float[Tensor, "*shape"], Finite(minus_inf=True)],
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "..."]:
    r"""Return the loss of attention entropy maximisation: minus the entropy of a bag's weights.

    .. math:: \sum_i a_i \log a_i, \qquad a = \operatorname{softmax}(z)

    It is to be added to the loss of the bag's label, times a small factor. It takes scores, so that
    weights can't be normalised twice by mistake. The entropy is not divided by its largest value:
    a bag of more instances weighs more.

    Parameters
    ----------
    scores : Tensor
        Before softmax, of any shape. A score of -inf counts as masked. Half precision is computed
        in float32.
    dim : int
        Dimension of the instances.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where there is an instance. A bag without one
        costs nothing and has no gradient.

    Returns
    -------
    Tensor
        The scores' shape without `dim`, at most zero, in at least float32.

    Raises
    ------
    TypeError
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf, a `dim` that the scores lack, or a mask that does not broadcast to them.

    Notes
    -----
    Zhang et al. 2024, "AEM: attention entropy maximization for multiple instance learning based
    whole slide image classification", after the authors' code.
    """
    dim = require_dimension(dim, scores)
    exact = scores.to(torch.promote_types(scores.dtype, torch.float32))
    attended = exact > -math.inf
    if mask is not None:
        attended = attended & require_mask(mask, scores.shape, "scores")
    weights = softmax(exact, dim, mask=attended)
    return -entropy(weights, dim).where(attended.any(dim), 0.0)
