"""Find the key that does what a gate does."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SILENT_SCORE"]


def rows(generator, variant):
    """Rows of scores from one key on, and a gate for each."""
    for n_keys in (1, 2, variant["n_keys"]):
        scores = 2 * torch.randn(3, n_keys, generator=generator, dtype=torch.float64)
        yield {"scores": scores, "gate": 2 * torch.randn(3, generator=generator).double()}


@law("a constant", "A constant added to all scores is added to the silent key's.", cases=rows)
def a_constant(answer, scores, gate):
    shifted = answer(scores + 3.0, gate)
    return compare.against(shifted, answer(scores, gate) + 3.0, what="the score of a shifted row")


@law("an open gate", "The further a gate is open, the lower is the silent key's score.", cases=rows)
def an_open_gate(answer, scores, gate):
    lower = answer(scores, gate + 1.0)
    return compare.at_most(lower, answer(scores, gate) - 0.5, what="the score under a wider gate")


@law("one key", "Beside one key of score zero the silent one has minus the gate.", cases=rows)
def one_key(answer, scores, gate):
    alone = answer(torch.zeros_like(scores[:, :1]), gate)
    return compare.against(alone, -gate, what="the score beside one key")


@law("the same weights", "With the silent key, softmax gives the gated weights.", cases=rows)
def the_same_weights(answer, scores, gate):
    joined = torch.cat([scores, answer(scores, gate)[:, None]], -1).softmax(-1)[:, :-1]
    gated = torch.sigmoid(gate)[:, None] * scores.softmax(-1)
    return compare.against(joined, gated, what="the weights of the other keys")


SILENT_SCORE = Task(
    name="silent-score",
    title="A gate made of a key",
    kind="implement",
    difficulty=2,
    minutes=20,
    statement=r"""
A gate multiplies what a head has read by $\sigma(g)$. Do without it, and without anything of
attnkit: give softmax one more key, whose value is zero. Write `silent_score(scores, gate)`, the
score that this key must have, for each row of `scores` (row, key) and its `gate` (row,), so that
the head reads the same as with the gate. It is tried with {n_keys} keys. Then ask yourself what a
trained head would have to know to do this with a score that is an inner product.
""",
    hints=(
        "What share of the row's weight must the silent key take, if the gate is g?",
        "Write that share with the sum of the other keys' exponentials, and solve for the score.",
        "The odds of a logistic function are an exponential; take a logarithm on both sides.",
    ),
    placeholder='''
def silent_score(scores, gate):
    """Score (row,) of a key of value zero, for scores (row, key) and gates (row,)."""
    return torch.full_like(gate, float("nan"))
''',
    laws=(a_constant, an_open_gate, one_key, the_same_weights),
    variants={"n_keys": (5, 7, 11)},
    library={},
)
