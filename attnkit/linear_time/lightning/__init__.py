"""Lightning attention: linear attention whose heads forget at fixed rates, computed in blocks."""

from attnkit.linear_time.lightning.forms import (
    parallel_lightning_attention,
    recurrent_lightning_attention,
)
from attnkit.linear_time.lightning.lightning import lightning_attention
from attnkit.linear_time.lightning.slopes import lightning_log_decay

__all__ = [
    "lightning_attention",
    "lightning_log_decay",
    "parallel_lightning_attention",
    "recurrent_lightning_attention",
]
