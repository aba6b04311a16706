"""Keys until their weights cover a share of the row, for each row or for pooled blocks."""

from attnkit.selection.flex_prefill.cover import covering_keys, covering_weights
from attnkit.selection.flex_prefill.flex_prefill import flex_prefill_attention, flex_prefill_keys

__all__ = ["covering_keys", "covering_weights", "flex_prefill_attention", "flex_prefill_keys"]
