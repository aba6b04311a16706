"""Exact attention that keeps the last tokens alone."""

import math

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.based.recurrent import recurrent_window_attention
from attnkit.memory.shared.tasks.sequences import sequences

__all__ = ["LAST_TOKENS_ONLY"]


def _any(generator, variant):
    for n_tokens, window in ((1, 1), (5, 2), (variant["n_tokens"], variant["window"])):
        yield {**sequences(generator, n_tokens, 4, 3), "window": window}


@law("a window of one", "With a window of one, each token reads its own value.", cases=_any)
def _own(answer, *, queries, keys, values, window):
    return compare.against(answer(queries, keys, values, 1), values, what="the read")


@law(
    "a window of all",
    "With a window as long as the sequence it is causal softmax attention.",
    cases=_any,
)
def _all(answer, *, queries, keys, values, window):
    scores = queries @ keys.mT / math.sqrt(keys.shape[-1])
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    wanted = scores.masked_fill(later, -torch.inf).softmax(-1) @ values
    read = answer(queries, keys, values, len(keys))
    return compare.against(read, wanted, what="the read")


@law("gone for good", "A token that has left the window changes no later read.", cases=_any)
def _gone(answer, *, queries, keys, values, window):
    other = values.clone()
    other[0] += 1000
    one, two = (answer(queries, keys, v, window)[window:] for v in (values, other))
    return compare.against(two, one, what="what is read later")


@law("the buffer", "It reads what a loop with a buffer of the last tokens reads.", cases=_any)
def _buffer(answer, *, queries, keys, values, window):
    wanted, _ = recurrent_window_attention(queries, keys, values, window=window)
    return compare.against(answer(queries, keys, values, window), wanted, what="the read")


LAST_TOKENS_ONLY = Task(
    name="last-tokens-only",
    title="Exact, and only so far back",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
A window of $w$ tokens: each token reads by softmax, scores over $\sqrt d$, itself and the $w - 1$
tokens before it. Write `window_attention(queries, keys, values, window)` for one sequence, all
reads as (time, value), without a memory of attnkit; near the beginning there are fewer than $w$
tokens, and that is no error. Then count: how many numbers must be kept for {n_tokens} tokens at $w
= {window}$, and how many for a million? """,
    hints=(
        "Which keys may token i see, first and last? Write both indices down for a window of one.",
        "A loop needs a slice that starts at zero while the window is not yet full.",
        "Without a loop it is one mask of scores with two diagonals; count which are inside.",
    ),
    placeholder='''
def window_attention(queries, keys, values, window):
    """What each query reads of the last `window` tokens by softmax."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_own, _all, _gone, _buffer),
    library={},
    variants={"n_tokens": (40, 60, 90), "window": (5, 8, 16)},
)
