"""Maps that nobody has to train, as rows of weights, and the same with every key moved."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.linear_time.shared.rows import kernel_weights
from attnkit.memory import elu_plus_one, relu_features

__all__ = ["BOTH", "KEY", "ORDERS", "WIDTHS", "moved_keys", "plain_maps", "random_rows", "state_of"]

ORDERS = (2, 4, 6, 8, 12)
WIDTHS = (64, 256, 1024)
KEY, BOTH = "mean key", "mean key and mean query"

Imitate = Callable[[Tensor, Tensor], Tensor]


def moved_keys(queries: Tensor, keys: Tensor, share: float, along: str = KEY) -> Tensor:
    """Keys (..., key, feature) less a share of their own mean, or of that and the queries' mean."""
    mean = keys.mean(-2, keepdim=True)
    if along == BOTH:
        mean = mean + queries.mean(-2, keepdim=True)
    return keys - share * mean


def taylor_rows(queries: Tensor, keys: Tensor, order: int) -> Tensor:
    """Rows of the exponential's Taylor polynomial, of even order."""
    scores = queries @ keys.mT
    total, term = torch.ones_like(scores), torch.ones_like(scores)
    for power in range(1, order + 1):
        term = term * scores / power
        total = total + term
    return total / total.sum(-1, keepdim=True)


def relu_rows(queries: Tensor, keys: Tensor) -> Tensor:
    """Rows of ReLU features; every product has 10⁻⁶ added, so that no row is empty."""
    products = relu_features(queries) @ relu_features(keys).mT + 1e-6
    return products / products.sum(-1, keepdim=True)


def random_rows(queries: Tensor, keys: Tensor, directions: Tensor) -> Tensor:
    """Rows of positive random features, exp(w · x − |x|²/2), for directions (feature, number).

    A factor of a query leaves its row as it is; the largest exponent of all keys is taken off all.
    """
    ahead = queries @ directions
    behind = keys @ directions - keys.square().sum(-1, keepdim=True) / 2
    query_features = (ahead - ahead.amax(-1, keepdim=True)).exp()
    return kernel_weights(query_features, (behind - behind.amax((-2, -1), keepdim=True)).exp())


def plain_maps(d_key: int, generator: torch.Generator) -> dict[str, Imitate]:
    """Each map by name; inner products of queries and keys are the scores themselves."""
    maps: dict[str, Imitate] = {
        "uniform": lambda q, k: torch.ones_like(q @ k.mT) / k.shape[-2],
        "ELU + 1": lambda q, k: kernel_weights(elu_plus_one(q), elu_plus_one(k)),
        "ReLU": relu_rows,
    }
    for order in ORDERS:
        maps[f"Taylor {order}"] = lambda q, k, p=order: taylor_rows(q, k, p)
    for width in WIDTHS:
        drawn = torch.randn(d_key, width, generator=generator, dtype=torch.float64)
        maps[f"FAVOR+ {width}"] = lambda q, k, w=drawn: random_rows(q, k, w.to(q))
    return maps


def state_of(name: str, d_key: int) -> int:
    """Features of a map by its name: the rows of its state."""
    kind, _, number = name.rpartition(" ")
    if kind == "Taylor":
        return math.comb(d_key + int(number), int(number))
    return int(number) if kind == "FAVOR+" else {"uniform": 1}.get(name, d_key)
