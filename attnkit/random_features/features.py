"""Frozen random features of a query and its keys: pure maps, one block of units at a time.

Tokens arrive here with a constant 1 appended. ``weights`` are the averaging weights of the keys,
1/N where a key counts and 0 where it is masked out.
"""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = [
    "append_constant",
    "averaging_weights",
    "head_scores",
    "relu_head_features",
    "set_features",
    "softmax_head_features",
    "token_features",
]


def append_constant(tokens: Float[Tensor, "*batch feature"]) -> Float[Tensor, "*batch wider"]:
    """Tokens with a trailing constant 1, so that a bilinear score holds every lower degree too."""
    return torch.cat([tokens, torch.ones_like(tokens[..., :1])], dim=-1)


def averaging_weights(
    keys: Float[Tensor, "sample n_keys d_key"], mask: Tensor | None
) -> Float[Tensor, "sample n_keys"]:
    """One over the number of keys that count; a sample whose keys are all masked gets zeros."""
    if mask is None:
        return keys.new_full(keys.shape[:2], 1.0 / max(keys.shape[1], 1))
    counted = mask.to(keys.dtype)
    return counted / counted.sum(dim=1, keepdim=True).clamp(min=1.0)


def head_scores(
    matrices: Float[Tensor, "head d_query d_key"],
    queries: Float[Tensor, "sample d_query"],
    keys: Float[Tensor, "sample n_keys d_key"],
) -> Float[Tensor, "sample head n_keys"]:
    """Bilinear scores q^T W_m k_i of every head, as two matrix products."""
    n_heads, d_query, d_key = matrices.shape
    flat = matrices.permute(1, 0, 2).reshape(d_query, n_heads * d_key)
    projected = (queries @ flat).unflatten(-1, (n_heads, d_key))
    return projected @ keys.mT


def relu_head_features(
    matrices: Float[Tensor, "head d_query d_key"],
    queries: Float[Tensor, "sample d_query"],
    keys: Float[Tensor, "sample n_keys d_key"],
    weights: Float[Tensor, "sample n_keys"],
) -> Float[Tensor, "sample feature"]:
    """Read-outs sum_i weight_i relu(q^T W_m k_i) k_i of ReLU heads, laid side by side.

    The average is folded into the keys, so the scores are touched once, by the ReLU.
    """
    scores = head_scores(matrices, queries, keys).relu_()
    return (scores @ (keys * weights.unsqueeze(-1))).flatten(1)


def softmax_head_features(
    matrices: Float[Tensor, "head d_query d_key"],
    queries: Float[Tensor, "sample d_query"],
    keys: Float[Tensor, "sample n_keys d_key"],
    weights: Float[Tensor, "sample n_keys"],
) -> Float[Tensor, "sample feature"]:
    """Read-outs sum_i p_i k_i with p = softmax_i(q^T W_m k_i) over the keys of weight > 0."""
    counted = weights > 0
    scores = head_scores(matrices, queries, keys)
    scores = scores.masked_fill(~counted.unsqueeze(1), torch.finfo(scores.dtype).min)
    return (scores.softmax(dim=-1) @ (keys * counted.unsqueeze(-1))).flatten(1)


def set_features(
    directions: Float[Tensor, "unit token"],
    queries: Float[Tensor, "sample d_query"],
    keys: Float[Tensor, "sample n_keys d_key"],
    weights: Float[Tensor, "sample n_keys"],
) -> Float[Tensor, "sample unit"]:
    """Deep-sets units sum_i weight_i relu(<w, [q; k_i]>): invariant, but no product of q and k."""
    d_query = queries.shape[-1]
    from_query = queries @ directions[:, :d_query].mT
    hidden = (keys @ directions[:, d_query:].mT).add_(from_query.unsqueeze(1)).relu_()
    return (weights.unsqueeze(1) @ hidden).squeeze(1)


def token_features(
    directions: Float[Tensor, "unit tokens"],
    queries: Float[Tensor, "sample d_query"],
    keys: Float[Tensor, "sample n_keys d_key"],
    weights: Float[Tensor, "sample n_keys"],
) -> Float[Tensor, "sample unit"]:
    """Two-layer units relu(<w, [q; k_1; ...; k_N]>) that see the order; masked keys are zeroed."""
    kept = keys * (weights > 0).unsqueeze(-1)
    return (torch.cat([queries, kept.flatten(1)], dim=1) @ directions.mT).relu_()
