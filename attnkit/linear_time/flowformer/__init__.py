"""Flowformer: sources compete and sinks allocate, by a flow that is conserved on both sides."""

from attnkit.linear_time.flowformer.attention import flow_attention, flow_weights
from attnkit.linear_time.flowformer.causal import causal_conserved_flows, causal_flow_attention
from attnkit.linear_time.flowformer.flows import Flows, conserved_flows
from attnkit.linear_time.flowformer.forms import (
    parallel_causal_flow_attention,
    recurrent_causal_flow_attention,
)

__all__ = [
    "Flows",
    "causal_conserved_flows",
    "causal_flow_attention",
    "conserved_flows",
    "flow_attention",
    "flow_weights",
    "parallel_causal_flow_attention",
    "recurrent_causal_flow_attention",
]
