"""Linear attention by torch operations, chunk by chunk: the path on a CPU, and on all else."""

from torch import Tensor

from attnkit.memory.shared.causal import causal_kernel
from attnkit.memory.shared.chunks import chunkwise
from attnkit.memory.shared.decay import from_entry, pairwise_scores, to_exit
from attnkit.memory.shared.engine import Chunks
from attnkit.memory.shared.fast_scan import scan

__all__ = ["linear_attention_in_chunks"]


def linear_attention_in_chunks(
    tokens: tuple[Tensor, Tensor, Tensor],
    log_decay: Tensor | None,
    initial_state: Tensor | None,
    *,
    chunk_size: int = 32,
) -> tuple[Tensor, Tensor]:
    """Output and final state; `log_decay` is (..., time, key or 1)."""
    if log_decay is None:
        return chunkwise(causal_kernel, tokens, {}, initial_state, chunk_size=chunk_size)
    gates = {"log_decay": log_decay}
    return chunkwise(_decayed, tokens, gates, initial_state, chunk_size=chunk_size)


def _decayed(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor, log_decay: Tensor):
    """The causal chunk loop with decay: the engine without errors."""
    scores = pairwise_scores(queries, keys, log_decay)
    reads, writes = queries * from_entry(log_decay), keys * to_exit(log_decay)
    carry = log_decay.sum(-2).exp().diag_embed()
    return scan(Chunks(reads, scores, writes, carry, values), state)
