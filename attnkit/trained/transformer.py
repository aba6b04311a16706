"""Attention of a `transformers` model, taken where the model itself computes it."""

from collections.abc import Callable
from itertools import count

import torch
from torch import Tensor, nn

from attnkit.trained.evaluated import evaluated
from attnkit.trained.ids import require_ids
from attnkit.trained.overhear import EAGER, overheard
from attnkit.trained.record import Capture, Layer, captured

__all__ = ["capture_model", "is_transformer", "run"]


def is_transformer(model: nn.Module) -> bool:
    """Whether it has a configuration that says how its attention is computed."""
    return hasattr(getattr(model, "config", None), "_attn_implementation")


def capture_model(model: nn.Module, ids: Tensor) -> Capture:
    """Run a model on one passage, and keep what its attention layers read and made.

    Parameters
    ----------
    model : nn.Module
        Of `transformers`, with eager attention and one stack of layers.
    ids : Tensor
        (token,) or (1, token), integers of its vocabulary.

    Returns
    -------
    Capture
        By layer and head. The model is put into evaluation mode and back.

    Raises
    ------
    TypeError, ValueError
        For a model whose attention can't be seen, and ids that do not fit it; says why.

    Notes
    -----
    Defined here.
    """
    layers: list[Layer] = []
    hidden = run(model, ids, layers.append)
    _require_one_stack(model, layers)
    return captured(layers, hidden)


def run(model: nn.Module, ids: Tensor, hear: Callable[[Layer], object]) -> Tensor:
    """Hidden states (layer + 1, token, width) of one pass whose layers are heard (`overheard`)."""
    _require_eager(model)
    ids, calls = require_ids(model, ids), count()

    def heard(layer: Layer) -> object:
        next(calls)
        return hear(layer)

    with overheard(model, heard), evaluated(model):
        output = model(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            output_hidden_states=True,
            return_dict=True,
        )
    if next(calls) == 0:
        raise ValueError(
            f"model must compute attention by its file's {EAGER}, but {type(model).__name__} "
            "made no call of it: it has no eager attention that can be captured"
        )
    return torch.cat(output.hidden_states)


def _require_eager(model: nn.Module) -> None:
    if not is_transformer(model):
        raise TypeError(f"model must be a model of transformers, got {type(model).__name__}")
    if getattr(model.config, "is_encoder_decoder", False):
        raise ValueError(
            f"model must be one stack of layers, but {type(model).__name__} is an encoder with a "
            "decoder: hand over one of them, such as model.get_encoder()"
        )
    chosen = model.config._attn_implementation
    if chosen != "eager":
        raise ValueError(
            f"model must be loaded with attn_implementation='eager', got {chosen!r}: "
            "only eager attention keeps its weights"
        )


def _require_one_stack(model: nn.Module, layers: list[Layer]) -> None:
    shapes = {tuple(layer.queries.shape) for layer in layers}
    if len(shapes) > 1:
        raise ValueError(
            f"model must have layers of one shape (head, token, feature), but "
            f"{type(model).__name__} has {sorted(shapes)}"
        )
