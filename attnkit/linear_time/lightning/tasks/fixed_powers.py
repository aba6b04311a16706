"""Attention that forgets at a fixed rate, a block at a time."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.coursework.work import grows_with_length

__all__ = ["FIXED_POWERS"]


def _sequences(generator, n_tokens):
    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    return {
        "queries": normal(n_tokens, 3),
        "keys": normal(n_tokens, 3),
        "values": normal(n_tokens, 2),
    }


def _cases(generator, variant):
    for n_tokens, keep, block in (
        (1, 0.5, 1),
        (5, 0.7, 2),
        (variant["n_tokens"], 0.9, variant["block"]),
    ):
        yield {**_sequences(generator, n_tokens), "keep": keep, "block": block}


def _strong(generator, variant):
    yield {**_sequences(generator, 300), "keep": 1e-3, "block": 128}


@law("one token", "A token alone reads its own value, times query and key, whole.", cases=_cases)
def _own(answer, *, queries, keys, values, keep, block):
    first = [t[:1] for t in (queries, keys, values)]
    wanted = (queries[0] @ keys[0]) * values[:1]
    return compare.against(answer(*first, keep, block), wanted, what="the first read")


@law("no decay", "Where all is kept it is the plain causal sum.", cases=_cases)
def _plain(answer, *, queries, keys, values, keep, block):
    wanted = (queries @ keys.mT).tril() @ values
    return compare.against(answer(queries, keys, values, 1.0, block), wanted, what="the read")


@law("block length", "The length of the blocks changes nothing.", cases=_cases)
def _length(answer, *, queries, keys, values, keep, block):
    whole = answer(queries, keys, values, keep, len(keys))
    for size in (1, block):
        again = answer(queries, keys, values, keep, size)
        if sentence := compare.against(again, whole, what=f"a read with blocks of {size}"):
            return f"compared with one block for all, {sentence}"
    return None


@law("strong decay", "At a rate of 0.001 in blocks of 128 every read is finite.", cases=_strong)
def _finite(answer, *, queries, keys, values, keep, block):
    reads = answer(queries, keys, values, keep, block)
    n_bad = int((~reads.isfinite()).sum())
    return f"{n_bad} numbers read are not finite" if n_bad else None


@law("one factor a token", "It reads what a loop reads that fades its state.", cases=_cases)
def _loop(answer, *, queries, keys, values, keep, block):
    memory, wanted = torch.zeros(3, 2, dtype=keys.dtype), []
    for q, k, v in zip(queries, keys, values, strict=True):
        memory = keep * memory + torch.outer(k, v)
        wanted.append(q @ memory)
    read = answer(queries, keys, values, keep, block)
    return compare.against(read, torch.stack(wanted), what="the read")


def _long(generator, variant):
    yield {**_sequences(generator, 256), "keep": 0.9, "block": variant["block"]}


@law("no larger matrix", "Twice as many tokens cost about twice as much.", cases=_long)
def _linear(answer, *, queries, keys, values, keep, block):
    half = (queries[:128], keys[:128], values[:128], keep, block)
    return grows_with_length(answer, half, (queries, keys, values, keep, block))


FIXED_POWERS = Task(
    name="fixed-powers",
    title="One factor for every token since",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Write `fading_attention(queries, keys, values, keep, block)`: $o_i = \sum_{{j\le i}}
\lambda^{{i-j}}\,(q_i\cdot k_j)\,v_j$ with $\lambda$ = `keep`, from 0 (excluded) to 1, in blocks: a
matrix of powers within a block, one state between blocks, and no matrix larger than a block
squared, so that twice as many tokens cost twice as much. The last block may be short: try
{n_tokens} tokens in blocks of {block}. No power may be infinite, however fast the forgetting. Do it
without anything of attnkit. Where did an exponent of yours first come out one too small?
""",
    hints=(
        "Number a block's tokens from one: how old is the state at its entry for each of them?",
        "The last token's own pair has age zero at the exit: which age has the first one's?",
        "A quotient of two powers and the power of a difference are equal on paper; only the "
        "second never leaves the range between zero and one.",
    ),
    placeholder='''
def fading_attention(queries, keys, values, keep, block):
    """Causal sums that fade by `keep` a token, a block at a time."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_own, _plain, _finite, _length, _loop, _linear),
    library={},
    variants={"n_tokens": (41, 50, 63), "block": (8, 12, 16)},
)
