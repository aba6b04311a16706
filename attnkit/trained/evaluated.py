"""A model as it is used, not trained: no dropout and no gradient, for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

__all__ = ["evaluated"]


@contextmanager
def evaluated(model: nn.Module) -> Iterator[None]:
    """In evaluation mode and without gradient; afterwards every part is in its mode again."""
    training = [part for part in model.modules() if part.training]
    try:
        with torch.no_grad():
            model.eval()
            yield
    finally:
        for part in training:
            part.training = True
