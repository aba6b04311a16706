"""How well rows made of features imitate those of a trained model, as experiments record it."""

from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.diagnostics import entropy
from attnkit.linear_time.shared.rows import divergence
from attnkit.trained import Capture

__all__ = ["imitated"]


def imitated(read: Capture, imitate: Callable[[Tensor, Tensor], Tensor]) -> dict[str, list[float]]:
    """Divergence in nats, entropy and agreement of the highest key of each head, layer after layer.

    `imitate(queries, keys)` makes weights (layer, head, query, key) of queries and keys in double,
    scaled such that softmax of their inner products is the model's own row.
    """
    scale = read.queries.shape[-1] ** -0.25
    made = imitate(read.queries.double() * scale, read.keys.double() * scale)
    true = read.weights.double()
    same = made.argmax(-1) == true.argmax(-1)
    found = {
        "divergence": divergence(true, made).mean(-1),
        "entropy": entropy(made).mean(-1),
        "same_highest": same.double().mean(-1),
    }
    return {name: _short(table) for name, table in found.items()}


def _short(table: Tensor) -> list[float]:
    return [float(f"{number:.4g}") for number in torch.flatten(table).tolist()]
