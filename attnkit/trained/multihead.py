"""Attention of one `torch.nn.MultiheadAttention` over its own input."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from attnkit.trained.evaluated import evaluated
from attnkit.trained.record import Capture, captured, layer_of
from attnkit.validate import require_finite

__all__ = ["capture_layer"]


def capture_layer(layer: nn.MultiheadAttention, states: Tensor) -> Capture:
    """Queries, keys, values, scores and weights of one layer in which every token reads every one.

    Parameters
    ----------
    layer : nn.MultiheadAttention
        Whose keys and values are as wide as its queries.
    states : Tensor
        (token, width), or a batch of one in the layer's own order.

    Returns
    -------
    Capture
        Of one layer; its `hidden` are the input and the output.

    Raises
    ------
    TypeError, ValueError
        For states of another dtype or shape, an empty or a second passage, and for a layer that
        reads another width or adds a key of its own.

    Notes
    -----
    Defined here: the weights are the layer's own, the rest is its projection of the states, made
    anew.
    """
    _require_plain(layer)
    states = _one_passage(layer, states)
    with evaluated(layer):
        heads = [_split(part, layer.num_heads) for part in _projected(layer, states)]
        output, weights = layer(states, states, states, average_attn_weights=False)
    made = layer_of(*heads, weights, scale=1 / math.sqrt(layer.head_dim))
    return captured([made], torch.stack([states.detach(), output]))


def _require_plain(layer: nn.MultiheadAttention) -> None:
    if (layer.kdim, layer.vdim) != (layer.embed_dim, layer.embed_dim):
        raise ValueError(
            f"model must read keys and values of its own width {layer.embed_dim}, "
            f"got kdim={layer.kdim}, vdim={layer.vdim}: such a layer reads another sequence"
        )
    if layer.bias_k is not None or layer.add_zero_attn:
        raise ValueError(
            "model must have no add_bias_kv and no add_zero_attn: they add keys that are no token"
        )


def _one_passage(layer: nn.MultiheadAttention, states: Tensor) -> Tensor:
    wanted = f"(token, {layer.embed_dim})"
    weight = layer.out_proj.weight
    if not states.is_floating_point() or states.dtype != weight.dtype:
        raise TypeError(f"tokens must hold states {wanted} of {weight.dtype}, got {states.dtype}")
    batch = 0 if layer.batch_first else 1
    if states.ndim == 3 and states.shape[batch] != 1:
        raise ValueError(f"tokens must be one passage {wanted}, got {states.shape[batch]} of them")
    states = states.squeeze(batch) if states.ndim == 3 else states
    if states.ndim != 2 or states.shape[-1] != layer.embed_dim or not len(states):
        raise ValueError(
            f"tokens must be one passage of at least one token {wanted}, got {tuple(states.shape)}"
        )
    require_finite("tokens", states)
    return states


def _projected(layer: nn.MultiheadAttention, states: Tensor) -> tuple[Tensor, ...]:
    weights = layer.in_proj_weight.chunk(3)
    biases = (None,) * 3 if layer.in_proj_bias is None else layer.in_proj_bias.chunk(3)
    return tuple(linear(states, *pair) for pair in zip(weights, biases, strict=True))


def _split(tokens: Tensor, n_heads: int) -> Tensor:
    """(token, head · feature) to (head, token, feature)."""
    return tokens.unflatten(-1, (n_heads, -1)).transpose(0, 1).contiguous()
