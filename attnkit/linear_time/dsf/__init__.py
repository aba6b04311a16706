"""One state-space form for linear attention, softmax's Taylor orders and selective SSMs."""

from attnkit.linear_time.dsf.counts import break_even_length, taylor_state_size
from attnkit.linear_time.dsf.selective import recurrent_selective_ssm, selective_ssm
from attnkit.linear_time.dsf.system import System, change_coordinates, dynamical_system
from attnkit.linear_time.dsf.systems import (
    linear_system,
    normalised_linear_system,
    selective_system,
    taylor_system,
)
from attnkit.linear_time.dsf.taylor import power_features, taylor_order_attention
from attnkit.linear_time.dsf.taylor_forms import (
    parallel_taylor_order_attention,
    recurrent_taylor_order_attention,
)

__all__ = [
    "System",
    "break_even_length",
    "change_coordinates",
    "dynamical_system",
    "linear_system",
    "normalised_linear_system",
    "parallel_taylor_order_attention",
    "power_features",
    "recurrent_selective_ssm",
    "recurrent_taylor_order_attention",
    "selective_ssm",
    "selective_system",
    "taylor_order_attention",
    "taylor_state_size",
    "taylor_system",
]
