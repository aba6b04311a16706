"""A linear Titans memory in chunks: write it, and find the two rules at its ends."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.delta import delta_rule
from attnkit.memory.linear import linear_attention
from attnkit.memory.shared.tasks.sequences import normal, unit
from attnkit.memory.titans.chunkwise import neural_memory

__all__ = ["CHUNKED_TITANS"]


def _pairs(generator, variant):
    """Unit keys, queries and values of a few lengths; rate, momentum and forgetting."""
    for n_tokens, d_key, d_value in ((1, 2, 1), (5, 3, 2), (variant["n_tokens"], 7, 3)):
        keys, queries = (unit(generator, n_tokens, d_key) for _ in range(2))
        pair = {"queries": queries, "keys": keys, "values": normal(generator, n_tokens, d_value)}
        yield pair | {"rate": 0.5}


def _gated(generator, variant):
    for case in _pairs(generator, variant):
        for size in (2, variant["chunk"]):
            gates = {"momentum": variant["momentum"], "forgetting": 0.1}
            yield case | gates | {"chunk_size": size}


def _written_alone(generator, variant):
    for case in _pairs(generator, variant):
        yield {name: case[name] for name in ("keys", "values")}


@law("last pair", "At rate 1, in chunks of one, the pair just written is read exactly.",
     cases=_written_alone)  # fmt: skip
def _last(answer, *, keys, values):
    reads = answer(keys, keys, values, 1.0, 0.0, 0.0, 1)
    return compare.against(reads, values, what="the read of the pair just written")


@law("chunks of one", "In chunks of one, gates closed, it is the delta rule.", cases=_pairs)
def _delta(answer, *, queries, keys, values, rate):
    wanted, _ = delta_rule(queries, keys, values, torch.full_like(keys[:, 0], rate))
    reads = answer(queries, keys, values, rate, 0.0, 0.0, 1)
    return compare.against(reads, wanted, what="the read in chunks of one")


@law("one chunk", "In one chunk, gates closed, it is Hebb: no pair hears another.", cases=_pairs)
def _hebb(answer, *, queries, keys, values, rate):
    wanted, _ = linear_attention(queries, keys, rate * values)
    reads = answer(queries, keys, values, rate, 0.0, 0.0, len(keys))
    return compare.against(reads, wanted, what="the read in one chunk")


@law(
    "in between",
    "Between the ends every error is taken at the memory of the chunk's start, and velocity and "
    "forgetting act at every token.",
    cases=_gated,
)
def _between(answer, *, queries, keys, values, rate, momentum, forgetting, chunk_size):
    full = [torch.full_like(keys[:, 0], each) for each in (rate, momentum, forgetting)]
    wanted, _ = neural_memory(
        queries, keys, values, full[0],
        momentum=full[1], forgetting=full[2], chunk_size=chunk_size,
    )  # fmt: skip
    reads = answer(queries, keys, values, rate, momentum, forgetting, chunk_size)
    return compare.against(reads, wanted, what="the read in chunks")


CHUNKED_TITANS = Task(
    name="chunked-titans",
    title="From the delta rule to Hebb by a chunk",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Titans takes the errors of a whole chunk at the memory of the chunk's start, so that they can be
computed at once. Write that for a linear memory:
`chunked_titans(queries, keys, values, rate, momentum, forgetting, chunk_size)` with
$S_t = \eta S_{{t-1}} + b\,k_t\,(v_t - M_{{c(t)}}^\top k_t)^\top$ and
$M_t = (1-\alpha) M_{{t-1}} + S_t$, where $M_{{c(t)}}$ is the memory before the chunk of token $t$,
and $o_t = M_t^\top q_t$. Both states start empty. The loss is half the squared error, so that
$b = 1$ corrects a unit key at once. Do it without anything of attnkit, and run it on {n_tokens}
tokens in chunks of {chunk} with $\eta = {momentum}$: which pairs does a longer chunk hurt most?
""",
    hints=(
        "Three things are remembered now: a memory, a velocity, and a third that changes rarely.",
        "The error asks that third one; the query asks the memory as it is after its own token.",
        "Copy the memory whenever a token opens a chunk, before anything of that token is written.",
    ),
    placeholder='''
def chunked_titans(queries, keys, values, rate, momentum, forgetting, chunk_size):
    """What each query reads, (time, value), of a memory whose errors are taken once a chunk."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_last, _delta, _hebb, _between),
    library={},
    variants={"n_tokens": (23, 29, 31), "chunk": (5, 6, 7), "momentum": (0.5, 0.7, 0.3)},
)
