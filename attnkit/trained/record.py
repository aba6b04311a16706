"""What is kept of one passage: every layer's and head's queries, keys, values, scores, weights."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.validate import counted

__all__ = ["Capture", "captured"]


@dataclass(frozen=True, repr=False)
class Capture:
    """Attention of one passage, by layer and head; made by `capture`.

    Parameters
    ----------
    queries, keys, values : Tensor
        (layer, head, token, feature), as they enter the products: after any rotation, and with
        grouped keys and values repeated for each head that reads them.
    scores : Tensor
        (layer, head, query, key): what softmax is taken of, scale and mask included; a key that a
        query may not see has -inf.
    weights : Tensor
        (layer, head, query, key), as the model itself computed them.
    hidden : Tensor
        (layer + 1, token, width): the states that enter the first layer and those that the model
        hands on after each one, as the model records them: what a forward hook makes of a state
        may not be in it. Many models put their last norm into the last of them.
    """

    queries: Float[Tensor, "layer head token feature"]
    keys: Float[Tensor, "layer head token feature"]
    values: Float[Tensor, "layer head token d_value"]
    scores: Float[Tensor, "layer head token token"]
    weights: Float[Tensor, "layer head token token"]
    hidden: Float[Tensor, "states token width"]

    def __repr__(self) -> str:
        layers, heads, tokens, _ = self.weights.shape
        each = counted(tokens, "token"), counted(layers, "layer"), counted(heads, "head")
        return "Capture of {} in {} of {}".format(*each)


@dataclass(frozen=True)
class Layer:
    """One layer of one passage: queries, keys and values (head, token, feature), and the rest."""

    queries: Tensor
    keys: Tensor
    values: Tensor
    scores: Tensor
    weights: Tensor


def layer_of(queries: Tensor, keys: Tensor, values: Tensor, weights: Tensor, added=None, scale=1.0):
    """A layer from what entered the product; `added` is what the model adds to the scores."""
    n_heads = len(queries)
    keys, values = (each.repeat_interleave(n_heads // len(each), 0) for each in (keys, values))
    scores = torch.baddbmm(queries.new_zeros(()), queries, keys.mT, beta=0, alpha=scale)
    if added is not None:
        seen = added > torch.finfo(added.dtype).min / 2
        scores = torch.where(seen, scores + added, -torch.inf)
    return Layer(queries, keys, values, scores, weights)


def require_softmax(layers: list[Layer]) -> None:
    """Refuse a model that does something else between scores and weights, by its last query.

    Raises
    ------
    ValueError
        If softmax of the scores is not what the model computed; says in which layer.
    """
    for at, layer in enumerate(layers):
        expected = layer.scores[:, -1].float().softmax(-1)
        apart = (expected - layer.weights[:, -1].float()).abs().max().item()
        if not apart <= 1e-4 + 4 * torch.finfo(layer.weights.dtype).eps:
            raise ValueError(
                f"model must take softmax of its scores, but the weights of layer {at} are up to "
                f"{apart:.2g} away from it: this attention adds something of its own (a cap, a "
                "sink, a bias inside the layer)"
            )


def captured(layers: list[Layer], hidden: Tensor) -> Capture:
    """The record of a passage."""
    require_softmax(layers)
    parts = ("queries", "keys", "values", "scores", "weights")
    stacked = {part: torch.stack([getattr(layer, part) for layer in layers]) for part in parts}
    return Capture(**stacked, hidden=hidden)
