"""How a sequence is cut for the kernels, and their launches on rows of tokens."""

from dataclasses import dataclass
from functools import cache

import torch
import triton
from torch import Tensor

from attnkit.gpu.buffers import unwritten
from attnkit.memory.linear.fused.decay_gradient import decay_gradient
from attnkit.memory.linear.fused.kernels import attend, carry, write
from attnkit.memory.linear.fused.products import KEPT
from attnkit.memory.linear.fused.sizes import CARRIED, SPAN, Sizes, padded, sizes

__all__ = ["Plan", "plan"]

MIN_CHUNKS = 4
"""The fewest chunks that are worth a segment of their own."""


@dataclass(frozen=True)
class Plan:
    """Rows of tokens (rows, time, feature) cut into chunks, and these into segments.

    A pass reads tokens (reads, matches, values): queries, keys, values or what stands for them.
    """

    log_decay: Tensor | None
    sizes: Sizes
    n_chunks: int
    n_segments: int
    per_segment: int

    def entries(self, tokens: tuple[Tensor, ...], initial: Tensor, *, backwards: bool = False):
        """The state (rows, segments, read, value) at which each segment is entered."""
        if self.n_segments == 1:
            return initial[:, None]
        written = unwritten(initial, len(initial), self.n_segments, *initial.shape[1:])
        left, area = unwritten(initial, *written.shape[:2]), initial[0].numel()
        grid, options = self._options(tokens, backwards)
        write[grid](*tokens[1:], self.log_decay, written, left, **options)
        carry[(len(initial) * triton.cdiv(area, CARRIED),)](
            *(written, left, initial, self.n_segments),
            **{"AREA": area, "WIDTH": CARRIED, "BACKWARDS": backwards, "enable_fp_fusion": True},
        )
        return written

    def attend(
        self,
        tokens: tuple[Tensor, ...],
        entries: Tensor,
        *,
        backwards: bool = False,
        states: Tensor | None = None,
        final: Tensor | None = None,
    ) -> Tensor:
        """Outputs like the values; `states` and `final` are filled where they are given."""
        grid, options = self._options(tokens, backwards)
        values, parts = tokens[2], grid[2]  # of the keys: what each reads is summed
        in_parts = (parts,) if parts > 1 else ()
        dtype = torch.float32 if in_parts else values.dtype
        outputs = unwritten(values, *in_parts, *values.shape, dtype=dtype)
        buffers = (self.log_decay, entries, outputs, states, final)
        turned = entries.stride(-1) != 1
        attend[grid](*tokens, *buffers, TRANSPOSED=turned, KEEPS=SPAN, **options)
        return outputs.sum(0).to(values.dtype) if in_parts else outputs

    def states(self, entries: Tensor, like: Tensor) -> Tensor:
        """Room for the states at which spans of chunks are entered, not transposed."""
        shape = (len(entries), triton.cdiv(self.n_chunks, SPAN), *entries.shape[2:])
        return unwritten(like, *shape, dtype=KEPT[like.dtype].torch_dtype)

    def gradient_of_decay(self, tokens, d_outputs: Tensor, states: Tensor, d_states: Tensor):
        """The gradient of the log-decays (rows, time); its chunks are the spans."""
        (rows, length, n_key), n_value = tokens[0].shape, tokens[2].shape[-1]
        kept, height = KEPT[d_outputs.dtype], min(self.sizes.block, padded(n_key))
        width = min(self.sizes.block, padded(n_value))
        n_blocks = triton.cdiv(n_key, height)
        partial = unwritten(self.log_decay, n_blocks, rows, length)
        n_spans = triton.cdiv(self.n_chunks, SPAN)
        decay_gradient[rows * n_spans, n_blocks](
            *(*tokens, d_outputs, self.log_decay, states, d_states, partial),
            *(length, n_spans, n_key, n_value),
            *(SPAN * self.sizes.chunk, height, width, kept.dtype, kept.precision),
            num_warps=4,
            num_stages=1,
            enable_fp_fusion=True,
        )
        return partial.sum(0)

    def _options(self, tokens: tuple[Tensor, ...], backwards: bool) -> tuple[tuple, dict]:
        """The grid, and the arguments that `attend` and `write` share."""
        _, matches, values = tokens
        (rows, length, n_read), n_value = matches.shape, values.shape[-1]
        kept, width = KEPT[values.dtype], min(self.sizes.width, padded(n_value))
        height = min(self.sizes.height, padded(n_read))
        blocks = triton.cdiv(n_value, width), triton.cdiv(n_read, height)
        return (rows * blocks[0], self.n_segments, blocks[1]), {
            "length": length,
            "n_chunks": self.n_chunks,
            "n_segments": self.n_segments,
            "per_segment": self.per_segment,
            "N_READ": n_read,
            "N_VALUE": n_value,
            "SIZE": self.sizes.chunk,
            "HEIGHT": height,
            "WIDTH": width,
            "BACKWARDS": backwards,
            "DTYPE": kept.dtype,
            "PRECISION": kept.precision,
            "num_warps": self.sizes.n_warps,
            "num_stages": self.sizes.n_stages,
            "enable_fp_fusion": True,
        }


def plan(queries: Tensor, values: Tensor, log_decay: Tensor | None) -> Plan:
    """Segments enough for two programs on every multiprocessor, none where rows are enough."""
    (rows, length, n_key), n_value = queries.shape, values.shape[-1]
    chosen = sizes(queries.dtype, max(n_key, n_value))
    n_chunks = triton.cdiv(length, chosen.chunk)
    programs = rows * triton.cdiv(n_value, chosen.width) * triton.cdiv(n_key, chosen.height)
    wanted = triton.cdiv(2 * _multiprocessors(queries.device), programs)
    per_segment = triton.cdiv(n_chunks, max(1, min(wanted, n_chunks // MIN_CHUNKS)))
    return Plan(log_decay, chosen, n_chunks, triton.cdiv(n_chunks, per_segment), per_segment)


@cache
def _multiprocessors(device: torch.device) -> int:
    """How many programs run at once: of the device, or a few where kernels are interpreted."""
    if device.type != "cuda":
        return 8
    return torch.cuda.get_device_properties(device).multi_processor_count
