"""Attention with one symmetric matrix for queries and keys, and none for values and output."""

from attnkit.structure.minimal.minimal import (
    MinimalAttention,
    minimal_attention,
    symmetric_share,
)

__all__ = ["MinimalAttention", "minimal_attention", "symmetric_share"]
