"""Aaren: softmax attention as a recurrent network, whose prefixes a scan computes together."""

from attnkit.linear_time.aaren.aaren import aaren_attention
from attnkit.linear_time.aaren.counted import Counted
from attnkit.linear_time.aaren.forms import (
    parallel_aaren_attention,
    recurrent_aaren_attention,
    shallow_aaren_attention,
)
from attnkit.linear_time.aaren.layer import Aaren
from attnkit.linear_time.aaren.passes import (
    read_in_one_pass,
    read_in_three_passes,
    read_in_two_passes,
)
from attnkit.linear_time.aaren.shards import merge_shards, shard_read, shard_state

__all__ = [
    "Aaren",
    "Counted",
    "aaren_attention",
    "merge_shards",
    "parallel_aaren_attention",
    "read_in_one_pass",
    "read_in_three_passes",
    "read_in_two_passes",
    "recurrent_aaren_attention",
    "shallow_aaren_attention",
    "shard_read",
    "shard_state",
]
