"""The delta rule, token by token."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.delta import delta_rule
from attnkit.memory.shared.tasks.sequences import normal, sequences, unit

__all__ = ["DELTA_MEMORY"]


def _sizes(variant):
    return ((2, 1, 1), (3, 2, 1), (variant["n_tokens"], variant["d_key"], 3))


def _pairs(generator, variant):
    """A memory that corrects every key completely, asked for what it has just been told."""
    for n_tokens, d_key, d_value in _sizes(variant):
        keys = unit(generator, n_tokens, d_key)
        yield {"keys": keys, "values": normal(generator, n_tokens, d_value)}


def _any(generator, variant):
    for n_tokens, d_key, d_value in _sizes(variant):
        drawn = sequences(generator, n_tokens, d_key, d_value)
        share = torch.rand(n_tokens, generator=generator, dtype=torch.float64)
        yield drawn | {"rate": variant["rate"] * share / drawn["keys"].square().sum(-1)}


def _tail_changed(generator, variant):
    for case in _any(generator, variant):
        yield case | {"n_kept": len(case["keys"]) // 2}


@law(
    "no look ahead",
    "What is read now does not depend on keys and values that come later.",
    cases=_tail_changed,
)
def _causal(answer, *, queries, keys, values, rate, n_kept):
    later = torch.arange(len(keys))[:, None] >= n_kept
    other = answer(queries, keys + 0.3 * later, values - 1.0 * later, rate)
    reads = answer(queries, keys, values, rate)
    return compare.against(other[:n_kept], reads[:n_kept], what="an early read")


@law(
    "newest pair",
    "With unit keys and rate one, a key asked at once gives back its own value.",
    cases=_pairs,
)
def _newest(answer, *, keys, values):
    reads = answer(keys, keys, values, torch.ones_like(keys[:, 0]))
    return compare.against(reads, values, what="the read at a token's own key")


@law("whole chunks", "It reads what the rule reads when it runs in chunks.", cases=_any)
def _chunks(answer, *, queries, keys, values, rate):
    wanted, _ = delta_rule(queries, keys, values, rate)
    return compare.against(answer(queries, keys, values, rate), wanted, what="the read")


DELTA_MEMORY = Task(
    name="delta-memory",
    title="Write only the error",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Write `delta_memory(queries, keys, values, rate)`, the delta rule $S_t = S_{{t-1}} +
b_t\,k_t\,(v_t - S_{{t-1}}^\top k_t)^\top$ token by token. `queries` and `keys` are (time, d),
`values` (time, v), `rate` (time,) with one $b_t$ for each token. The memory starts empty; token
$t$ writes, and *then* is asked: $o_t = S_t^\top q_t$. Return all reads, (time, v). Do it without
a memory of attnkit, which you may compare it with. Try it on
{n_tokens} tokens of width {d_key} with rates up to {rate}$/|k_t|^2$, and compare a cue that is
repeated with one that is met once.
""",
    hints=(
        "Keep one (d, v) matrix. Each token does three things to it, in an order that the formula "
        "tells.",
        "First ask the memory what it already says at this key. What is written is not the value.",
        "The write is an outer product of the key and the error, times the token's rate; it leaves "
        "every direction at right angles to the key alone.",
    ),
    placeholder='''
def delta_memory(queries, keys, values, rate):
    """What each query reads from the memory after its own token has been written."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_causal, _newest, _chunks),
    library={},
    variants={"n_tokens": (70, 45, 100), "d_key": (5, 8, 4), "rate": (1.0, 0.5, 1.5)},
)
