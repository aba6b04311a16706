"""Attention of a `transformers` model, taken where the model itself computes it.

Every modelling file of the library has one function `eager_attention_forward(module, query, key,
value, attention_mask, scaling, …)`, which each of its attention layers calls. For the time of one
pass it is wrapped: it computes what it always does, and what went in and came out is kept.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from unittest.mock import patch

import torch
from torch import Tensor, nn

from attnkit.trained.evaluated import evaluated
from attnkit.trained.ids import require_ids
from attnkit.trained.record import Capture, Layer, captured, layer_of

__all__ = ["capture_model", "is_transformer"]

EAGER = "eager_attention_forward"
ONE_AT_A_TIME = threading.Lock()


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
    _require_eager(model)
    ids = require_ids(model, ids)
    layers: list[Layer] = []
    with ONE_AT_A_TIME, _overheard(_modelling_files(model), layers), evaluated(model):
        output = model(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            output_hidden_states=True,
            return_dict=True,
        )
    if not layers:
        raise ValueError(
            f"model must compute attention by its file's {EAGER}, but {type(model).__name__} "
            "made no call of it: it has no eager attention that can be captured"
        )
    _require_one_stack(model, layers)
    return captured(layers, torch.cat(output.hidden_states))


def _require_eager(model: nn.Module) -> None:
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


def _modelling_files(model: nn.Module) -> list[ModuleType]:
    """The modules in which the model's layers, or what they inherit from, look the function up."""
    kinds = {base for part in model.modules() for base in type(part).__mro__}
    files = {sys.modules.get(kind.__module__) for kind in kinds}
    return [file for file in files if hasattr(file, EAGER)]


@contextmanager
def _overheard(files: list[ModuleType], layers: list[Layer]) -> Iterator[None]:
    with ExitStack() as stack:
        for file in files:
            stack.enter_context(patch.object(file, EAGER, _keeping(getattr(file, EAGER), layers)))
        yield


def _keeping(attend: Callable, layers: list[Layer]) -> Callable:
    """The model's own function, which also leaves a layer."""

    def kept(module, query, key, value, attention_mask, scaling=None, **rest):
        output, weights = attend(module, query, key, value, attention_mask, scaling=scaling, **rest)
        scale = query.shape[-1] ** -0.5 if scaling is None else scaling
        added = None if attention_mask is None else attention_mask[0, :, :, : key.shape[-2]]
        layers.append(layer_of(query[0], key[0], value[0], weights[0], added, scale))
        return output, weights

    return kept
