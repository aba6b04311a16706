"""Layer by layer tokens become one another: how fast, and which masks and layers delay it."""

from attnkit.concentration.rank_collapse.contraction import ergodicity
from attnkit.concentration.rank_collapse.graph import collapse_rate, layers_to_reach
from attnkit.concentration.rank_collapse.layers import (
    AttentionLayer,
    normed,
    residual,
    through,
)
from attnkit.concentration.rank_collapse.masks import (
    causal_mask,
    causal_window_mask,
    full_mask,
    window_mask,
)

__all__ = [
    "AttentionLayer",
    "causal_mask",
    "causal_window_mask",
    "collapse_rate",
    "ergodicity",
    "full_mask",
    "layers_to_reach",
    "normed",
    "residual",
    "through",
    "window_mask",
]
