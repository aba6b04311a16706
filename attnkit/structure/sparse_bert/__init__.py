"""Attention without keys at chosen distances, the diagonal among them; and masks that learn."""

from attnkit.structure.sparse_bert.gates import OffsetGates
from attnkit.structure.sparse_bert.sparse_bert import kept_offsets, offset_weights

__all__ = ["OffsetGates", "kept_offsets", "offset_weights"]
