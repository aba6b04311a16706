"""The delta rule, with one log-decay a token or none, in Triton kernels.

Solved for all chunks at once, carried from chunk to chunk, read for all chunks at once; the
backward pass finds the states again, goes back in time, and takes all chunks at once.
"""

from attnkit.memory.delta.fused.function import fused_delta_rule

__all__ = ["fused_delta_rule"]
