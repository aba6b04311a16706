"""Attention whose cost is linear in the length, and what becomes of a row's spike."""

from attnkit.linear_time.aaren import Aaren, aaren_attention, merge_shards, shard_read, shard_state
from attnkit.linear_time.dsf import dynamical_system, selective_ssm, taylor_order_attention
from attnkit.linear_time.flowformer import (
    causal_flow_attention,
    conserved_flows,
    flow_attention,
    flow_weights,
)
from attnkit.linear_time.hedgehog import (
    LearnedMaps,
    bidirectional_hedgehog_attention,
    distil,
    exponential_features,
    hedgehog_attention,
)
from attnkit.linear_time.lightning import lightning_attention, lightning_log_decay
from attnkit.linear_time.nalaformer import (
    bidirectional_nala_attention,
    nala_attention,
    nala_key_features,
    nala_query_features,
    nala_weights,
)
from attnkit.linear_time.performer import (
    bidirectional_performer_attention,
    performer_attention,
    positive_features,
)

__all__ = [
    "Aaren",
    "LearnedMaps",
    "aaren_attention",
    "bidirectional_hedgehog_attention",
    "bidirectional_nala_attention",
    "bidirectional_performer_attention",
    "causal_flow_attention",
    "conserved_flows",
    "distil",
    "dynamical_system",
    "exponential_features",
    "flow_attention",
    "flow_weights",
    "hedgehog_attention",
    "lightning_attention",
    "lightning_log_decay",
    "merge_shards",
    "nala_attention",
    "nala_key_features",
    "nala_query_features",
    "nala_weights",
    "performer_attention",
    "positive_features",
    "selective_ssm",
    "shard_read",
    "shard_state",
    "taylor_order_attention",
]
