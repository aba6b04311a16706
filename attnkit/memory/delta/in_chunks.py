"""The delta rule chunk by chunk in torch operations: on any device, any number of derivatives."""

from torch import Tensor

from attnkit.memory.shared.chunks import chunkwise
from attnkit.memory.shared.decay import from_entry, pairwise_scores, to_exit
from attnkit.memory.shared.engine import Chunks
from attnkit.memory.shared.fast_scan import scan
from attnkit.memory.shared.precision import product
from attnkit.memory.shared.triangular import error_solver

__all__ = ["delta_rule_in_chunks"]


def delta_rule_in_chunks(
    tokens: tuple[Tensor, Tensor, Tensor],
    rate: Tensor,
    log_decay: Tensor | None,
    state: Tensor | None,
    *,
    chunk_size: int = 32,
) -> tuple[Tensor, Tensor]:
    """Output and final state; rate (..., time, 1), log-decay (..., time, key or 1) or None."""
    gates = {"rate": rate}
    if log_decay is None:
        return chunkwise(_undecayed, tokens, gates, state, chunk_size=chunk_size)
    gates["log_decay"] = log_decay
    return chunkwise(_decayed, tokens, gates, state, chunk_size=chunk_size)


def _undecayed(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor, rate: Tensor):
    """Nothing fades, so entry state and earlier writes are heard at full strength."""
    solver = error_solver(product(keys, keys.mT).tril(-1), rate)
    scores = product(queries, keys.mT).tril()
    carry = keys.new_ones(*keys.shape[:2], 1, 1)
    error_keys = keys.view_as(keys)  # compiled code wants no tensor twice
    return scan(Chunks(queries, scores, keys, carry, values, solver, error_keys), state)


def _decayed(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor, rate, log_decay):
    """Errors and outputs alike hear what the decay has left."""
    left = from_entry(log_decay)
    solver = error_solver(pairwise_scores(keys, keys, log_decay).tril(-1), rate)
    scores = pairwise_scores(queries, keys, log_decay)
    carry = log_decay.sum(-2).exp().diag_embed()
    writes = keys * to_exit(log_decay)
    return scan(Chunks(queries * left, scores, writes, carry, values, solver, keys * left), state)
