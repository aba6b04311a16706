"""The factor by which a mask brings nearly equal tokens together."""

import torch

from attnkit.concentration.rank_collapse.masks import causal_mask, full_mask, window_mask
from attnkit.coursework import Task, compare, law

__all__ = ["RATE_OF_THE_MASK"]


def sizes(generator, variant):
    """Lengths of a row, the shortest first."""
    for n_tokens in (2, 3, variant["n_tokens"]):
        yield {"n_tokens": n_tokens}


def drawn(generator, variant):
    """Symmetric masks, each token among those it sees: a window, and one at random."""
    n_tokens = variant["n_tokens"]
    yield {"mask": window_mask(n_tokens, 1)}
    seen = torch.rand(n_tokens, n_tokens, generator=generator) < 0.3
    yield {
        "mask": seen | seen.mT | torch.eye(n_tokens, dtype=torch.bool) | window_mask(n_tokens, 1)
    }


@law("everyone at once", "Where all see all, one layer makes them equal.", cases=sizes)
def everyone(answer, n_tokens):
    return compare.against(answer(full_mask(n_tokens)), 0.0, what="the rate")


@law("two rooms", "Two groups that never hear of each other never agree.", cases=sizes)
def two_rooms(answer, n_tokens):
    groups = torch.block_diag(*[torch.ones(n_tokens, n_tokens)] * 2).bool()
    return compare.against(answer(groups), 1.0, what="the rate")


@law("length", "Under a causal mask the length of the row does not matter.", cases=sizes)
def length(answer, n_tokens):
    rates = answer(causal_mask(n_tokens)), answer(causal_mask(2))
    return compare.against(*rates, what="the causal rate")


@law("a long run", "Tokens that are averaged for very long meet at this rate.", cases=drawn)
def a_long_run(answer, mask):
    """Disagreement under repeated averaging, renormalised so that it does not underflow."""
    uniform = mask.double() / mask.sum(-1, keepdim=True)
    share = mask.sum(-1).double() / mask.sum()  # what averaging keeps, for a symmetric mask
    apart = torch.randn(len(mask), generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    lengths = []
    for _ in range(3000):
        apart = uniform @ (apart - share @ apart)
        lengths.append(apart.norm())
        apart = apart / lengths[-1]
    wanted = (lengths[-1] * lengths[-2]).sqrt()
    return compare.against(answer(mask), wanted, what="the rate", tolerance=1e-5)


RATE_OF_THE_MASK = Task(
    name="rate-of-the-mask",
    title="How fast will they agree?",
    kind="predict",
    difficulty=2,
    minutes=30,
    statement=r"""
Tokens that are nearly equal have nearly equal scores: each layer replaces a token by the plain
average of those its mask lets it see (the values are a rotation, which changes no length). Write
`rate(mask)`, which predicts from a boolean mask (query, key) the factor by which what is left of
their differences shrinks per layer, once many layers are passed. Use nothing of attnkit. Then say
what a causal mask does at $n = {n_tokens}$, and why the length does not matter.
""",
    hints=(
        "Write the plain average as a matrix. What does it do to tokens that are all equal?",
        "After many layers one eigenvector is left beside the one that all tokens share.",
        "Sort the moduli of its eigenvalues; those of a triangular matrix can be read off.",
    ),
    placeholder='''
def rate(mask):
    """The factor per layer, from 0 to 1, of a boolean mask (query, key)."""
    return float("nan")
''',
    laws=(everyone, two_rooms, length, a_long_run),
    variants={"n_tokens": (5, 7, 11)},
    library={},
)
