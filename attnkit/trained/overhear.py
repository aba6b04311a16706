"""Hear what a `transformers` model's attention layers compute, and change it where that is wanted.

Every modelling file of the library has one function `eager_attention_forward(module, query, key,
value, attention_mask, scaling, …)`, which each of its attention layers calls. For a while it is
wrapped: it computes what it always does, and what went in and came out is heard.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from unittest.mock import patch

from torch import Tensor, nn

from attnkit.trained.record import Layer, layer_of

__all__ = ["EAGER", "overheard"]

EAGER = "eager_attention_forward"
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def overheard(model: nn.Module, hear: Callable[[Layer], object]) -> Iterator[None]:
    """Call `hear(layer)` after each attention layer of a batch of one.

    What it returns, unless that is None, is what the layer reads in place of its own: weights and
    values, (head, query, key) and (head, token, feature).
    """
    with _ONE_AT_A_TIME, ExitStack() as stack:
        for file in _modelling_files(model):
            stack.enter_context(patch.object(file, EAGER, _heard(getattr(file, EAGER), hear)))
        yield


def _modelling_files(model: nn.Module) -> list[ModuleType]:
    """The modules in which the model's layers, or what they inherit from, look the function up."""
    kinds = {base for part in model.modules() for base in type(part).__mro__}
    files = {sys.modules.get(kind.__module__) for kind in kinds}
    return [file for file in files if hasattr(file, EAGER)]


def _heard(attend: Callable, hear: Callable[[Layer], object]) -> Callable:
    """The model's own function, with someone who listens."""

    def attended(module, query, key, value, attention_mask, scaling=None, **rest):
        output, weights = attend(module, query, key, value, attention_mask, scaling=scaling, **rest)
        scale = query.shape[-1] ** -0.5 if scaling is None else scaling
        added = None if attention_mask is None else attention_mask[0, :, :, : key.shape[-2]]
        changed = hear(layer_of(query[0], key[0], value[0], weights[0], added, scale))
        return (output, weights) if changed is None else _read(*changed)

    return attended


def _read(weights: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Output (1, token, head, feature) and weights (1, head, query, key) of what was changed."""
    return (weights @ values).transpose(0, 1)[None].contiguous(), weights[None]
