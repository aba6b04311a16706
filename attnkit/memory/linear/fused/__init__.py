"""Linear attention in Triton kernels, without decay and with one log-decay a token.

Bytes decide on a GPU, so the state stays on chip: one pass over q, k, v gives the outputs, and no
state is stored between chunks. Where rows × blocks of values are too few to fill the device, the
sequence is cut into segments: what each writes is summed first (k, v are read twice), the sums are
carried over, and all segments then run at once. Gradients are the same pass, tensors renamed.
"""

from attnkit.memory.linear.fused.function import fused_linear_attention

__all__ = ["fused_linear_attention"]
