"""Scores of the symmetric part, from the queries and keys that a head has anyway."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SYMMETRIC_SCORES"]


def heads(generator, variant):
    """Tokens and the two matrices of a head, from one token on."""

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    for n_tokens in (1, 2, variant["n_tokens"]):
        matrices = normal(2, 7, 3)
        states = normal(n_tokens, 7)
        yield {"states": states, "matrices": matrices}


def made(answer, states, matrices):
    return answer(states @ matrices[0], states @ matrices[1])


@law("both ways", "Two tokens score each other alike.", cases=heads)
def both_ways(answer, states, matrices):
    scores = made(answer, states, matrices)
    return compare.against(scores, scores.mT, what="the scores")


@law("own scores", "A token's score of itself is what it was.", cases=heads)
def own_scores(answer, states, matrices):
    queries, keys = states @ matrices
    return compare.against(
        made(answer, states, matrices).diagonal(), (queries * keys).sum(-1), what="the own scores"
    )


@law("turned round", "Queries and keys may change places.", cases=heads)
def turned_round(answer, states, matrices):
    return compare.against(
        made(answer, states, matrices), made(answer, states, matrices.flip(0)), what="the scores"
    )


@law("the symmetric part", "The scores are those of half the sum of both products.", cases=heads)
def the_symmetric_part(answer, states, matrices):
    whole = matrices[0] @ matrices[1].mT
    wanted = states @ ((whole + whole.mT) / 2) @ states.mT
    return compare.against(made(answer, states, matrices), wanted, what="the scores")


SYMMETRIC_SCORES = Task(
    name="symmetric-scores",
    title="Only what is mutual",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement=r"""
The matrix $M = W_Q W_K^\top$ of a head has a symmetric part and another, by which a token may
score one that does not score it. Write `symmetric_scores(queries, keys)`, without anything of
attnkit: the scores $x_i^\top M x_j$ with the symmetric part alone in place of $M$, unscaled. You
are given $x W_Q$ and $x W_K$ of {n_tokens} tokens, say, and neither $x$ nor $M$. Which head can
no longer be built: one that looks at the previous token, or one that looks for equal words?
""",
    hints=(
        "Write the score of the transposed matrix in terms of queries and keys.",
        "The transposed matrix swaps who asks and who answers.",
        "You have every product you need in one matrix; it must be read in two directions.",
    ),
    placeholder='''
def symmetric_scores(queries, keys):
    """Scores (token, token) by the symmetric part, from queries and keys (token, feature)."""
    return torch.full_like(queries @ keys.mT, float("nan"))
''',
    laws=(both_ways, own_scores, turned_round, the_symmetric_part),
    variants={"n_tokens": (5, 7, 11)},
    library={},
)
