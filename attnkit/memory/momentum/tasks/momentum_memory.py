"""A memory with momentum, token by token."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.delta import delta_rule
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.shared.tasks.sequences import normal, sequences, unit

__all__ = ["MOMENTUM_MEMORY"]

SIZES = ((2, 1, 1), (4, 2, 1))


def _any(generator, variant):
    for n_tokens, d_key, d_value in (*SIZES, (variant["n_tokens"], 7, 3)):
        drawn = sequences(generator, n_tokens, d_key, d_value)
        drawn["keys"] = unit(generator, n_tokens, d_key)
        yield drawn | {"rate": 0.5}


def _gated(generator, variant):
    for case in _any(generator, variant):
        yield case | {name: variant[name] for name in ("momentum", "forgetting")}


def _one_write(generator, variant):
    """A pair, and then tokens whose key is zero."""
    for n_tokens in (2, 3, 10):
        keys = torch.zeros(n_tokens, 2, dtype=torch.float64)
        keys[0] = unit(generator, 2)
        yield {"keys": keys, "values": normal(generator, n_tokens, 1)}


@law("no momentum", "Without momentum and forgetting it is the delta rule.", cases=_any)
def _is_delta(answer, *, queries, keys, values, rate):
    wanted, _ = delta_rule(queries, keys, values, torch.full_like(keys[:, 0], rate))
    reads = answer(queries, keys, values, rate, 0.0, 0.0)
    return compare.against(reads, wanted, what="the read")


@law(
    "one push",
    "With momentum one half, a single push moves the memory again and again, each time by half.",
    cases=_one_write,
)
def _one_push(answer, *, keys, values):
    asked = keys[:1].expand_as(keys)
    moved = 2 * (1 - 0.5 ** torch.arange(1, len(keys) + 1, dtype=torch.float64))
    reads = answer(asked, keys, values, 1.0, 0.5, 0.0)
    return compare.against(reads, moved[:, None] * values[:1], what="the read of the pair")


@law(
    "one memory fades",
    "Without momentum, a pair fades by the same factor with every token after its own.",
    cases=_one_write,
)
def _fades(answer, *, keys, values):
    asked = keys[:1].expand_as(keys)
    left = 0.9 ** torch.arange(len(keys), dtype=torch.float64)
    reads = answer(asked, keys, values, 1.0, 0.0, 0.1)
    return compare.against(reads, left[:, None] * values[:1], what="the read of the pair")


@law("whole chunks", "It reads what the rule reads when it runs in chunks.", cases=_gated)
def _chunks(answer, *, queries, keys, values, rate, momentum, forgetting):
    gates = [torch.full_like(keys[:, 0], each) for each in (rate, momentum, forgetting)]
    wanted, _ = momentum_rule(
        queries, keys, values, gates[0], momentum=gates[1], forgetting=gates[2]
    )
    reads = answer(queries, keys, values, rate, momentum, forgetting)
    return compare.against(reads, wanted, what="the read")


MOMENTUM_MEMORY = Task(
    name="momentum-memory",
    title="A push that lasts",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
Let the error push a velocity, and the velocity the memory:
$P_t = \eta P_{{t-1}} + b\,k_t\,(v_t - M_{{t-1}}^\top k_t)^\top$ and
$M_t = (1-\alpha) M_{{t-1}} + P_t$, with $o_t = M_t^\top q_t$. Write
`momentum_memory(queries, keys, values, rate, momentum, forgetting)`: the three last are the numbers
$b$, $\eta$, $\alpha$, both states start empty, and all reads come back as (time, v). Do it without
a memory of attnkit. Run it on
{n_tokens} tokens with $\eta = {momentum}$ and $\alpha = {forgetting}$. At which age is a pair read
best, and why is it not the newest?
""",
    hints=(
        "Two states now. Which of them does the query ask, and which of them does the error ask?",
        "Follow one pair through tokens whose key is zero: what is added to the memory at its own "
        "token, at the next, at the one after?",
        "The error is taken against the memory as it was, before it forgets. Forgetting spares "
        "both the velocity and the write of the same token.",
    ),
    placeholder='''
def momentum_memory(queries, keys, values, rate, momentum, forgetting):
    """What each query reads from a memory whose errors push a velocity."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_is_delta, _one_push, _fades, _chunks),
    library={},
    variants={
        "n_tokens": (60, 45, 75),
        "momentum": (0.5, 0.7, 0.3),
        "forgetting": (0.05, 0.1, 0.02),
    },
)
