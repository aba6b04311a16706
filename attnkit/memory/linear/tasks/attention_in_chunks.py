"""Causal linear attention, a chunk at a time."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.shared.tasks.sequences import sequences

__all__ = ["ATTENTION_IN_CHUNKS"]


def _cases(generator, variant):
    sizes = ((2, 1, 1, 1), (5, 2, 1, 2), (variant["n_tokens"], 7, 3, variant["chunk_size"]))
    for n_tokens, d_key, d_value, chunk_size in sizes:
        drawn = sequences(generator, n_tokens, d_key, d_value)
        yield drawn | {"chunk_size": chunk_size}


@law(
    "no look ahead",
    "What is read now does not depend on keys and values that come later.",
    cases=_cases,
)
def _causal(answer, *, queries, keys, values, chunk_size):
    later = torch.arange(len(keys))[:, None] > len(keys) // 2
    kept = ~later[:, 0]
    other = answer(queries, keys + 1.0 * later, values - 1.0 * later, chunk_size)
    reads = answer(queries, keys, values, chunk_size)
    return compare.against(other[kept], reads[kept], what="an early read")


@law("chunk length", "The length of the chunks changes nothing.", cases=_cases)
def _length(answer, *, queries, keys, values, chunk_size):
    reads = answer(queries, keys, values, chunk_size)
    for other in (1, 3, len(keys)):
        again = answer(queries, keys, values, other)
        if sentence := compare.against(again, reads, what=f"a read with chunks of {other}"):
            return f"compared with chunks of {chunk_size}, {sentence}"
    return None


@law("sum over the past", "A read sums every value so far, weighted by its score.", cases=_cases)
def _sum(answer, *, queries, keys, values, chunk_size):
    wanted = torch.einsum("tk,sk,ts,sv->tv", queries, keys, _past(len(keys)), values)
    return compare.against(answer(queries, keys, values, chunk_size), wanted, what="the read")


def _past(n_tokens: int) -> torch.Tensor:
    return torch.ones(n_tokens, n_tokens, dtype=torch.float64).tril()


ATTENTION_IN_CHUNKS = Task(
    name="attention-in-chunks",
    title="Attention in chunks",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Write `chunked_attention(queries, keys, values, chunk_size)`: causal linear attention, $o_t =
\sum_{{s\le t}} (q_t\cdot k_s)\,v_s$, by the chunk form of the chapter. `queries` and `keys` are
(time, d), `values` (time, v); return (time, v). Only a (d, v) state may pass from chunk to chunk,
and no matrix may be larger than a chunk squared. Do it without a memory of attnkit. The last chunk
may be short: try {n_tokens} tokens in chunks of {chunk_size}.
""",
    hints=(
        "A read has two parts: what earlier chunks have left, and what this chunk has written so "
        "far. Which of the two needs a mask?",
        "In which order must a chunk read from the state and write to it, if each of its tokens is "
        "to be counted once?",
        "`split` hands out a short last chunk of its own accord. Test with chunks of one, where "
        "the mask has a single entry: should it be there?",
    ),
    placeholder='''
def chunked_attention(queries, keys, values, chunk_size):
    """Causal linear attention, computed a chunk at a time."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_causal, _length, _sum),
    library={},
    variants={"n_tokens": (50, 63, 41), "chunk_size": (16, 8, 12)},
)
