"""What a head must contain: parts taken out of attention one by one, and what each was for."""

from attnkit.structure.deconstructing import Switchboard, fixed_weights, second_order_weights
from attnkit.structure.graph_aware import isomorphic_aggregate
from attnkit.structure.minimal import MinimalAttention, minimal_attention, symmetric_share
from attnkit.structure.mixture_of_heads import MixtureOfHeads, balance_loss, head_gates
from attnkit.structure.positional import (
    PositionalAttention,
    positional_attention,
    positional_weights,
    sinusoidal_places,
)
from attnkit.structure.sparse_bert import OffsetGates, kept_offsets, offset_weights

__all__ = [
    "MinimalAttention",
    "MixtureOfHeads",
    "OffsetGates",
    "PositionalAttention",
    "Switchboard",
    "balance_loss",
    "fixed_weights",
    "head_gates",
    "isomorphic_aggregate",
    "kept_offsets",
    "minimal_attention",
    "offset_weights",
    "positional_attention",
    "positional_weights",
    "second_order_weights",
    "sinusoidal_places",
    "symmetric_share",
]
