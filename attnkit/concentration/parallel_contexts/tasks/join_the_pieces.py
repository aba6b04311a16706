"""The entropy of a row from what its pieces know of themselves."""

import math

import torch

from attnkit.coursework import Task, compare, law
from attnkit.diagnostics import entropy

__all__ = ["JOIN_THE_PIECES"]


def rows(generator, variant):
    """Scores of a row in pieces, the first alone."""
    for sizes in ((3,), (2, 3), (1, variant["n_keys"], 4)):
        yield {"pieces": [2 * normal(generator, size) for size in sizes]}


def normal(generator, size):
    """Normal scores in double precision."""
    return torch.randn(size, generator=generator, dtype=torch.float64)


def known(pieces):
    """What each piece knows: the log of its sum, and its own entropy."""
    masses = torch.stack([piece.logsumexp(-1) for piece in pieces])
    return masses, torch.stack([entropy(piece.softmax(-1)) for piece in pieces])


@law("one piece", "One piece is the row.", cases=rows)
def one_piece(answer, pieces):
    masses, entropies = known(pieces[:1])
    return compare.against(answer(masses, entropies), entropies[0], what="the entropy")


@law("no level", "Adding 50 to every score changes nothing.", cases=rows)
def no_level(answer, pieces):
    masses, entropies = known(pieces)
    raised = answer(masses + 50, entropies)
    return compare.against(raised, answer(masses, entropies), what="the entropy, raised,")


@law("copies", "Copies of one piece add the log of their number.", cases=rows)
def copies(answer, pieces):
    for count in (2, 7):
        masses, entropies = known([pieces[0]] * count)
        wanted = entropies[0] + math.log(count)
        told = compare.against(answer(masses, entropies), wanted, what="the entropy of copies")
        if told:
            return told
    return None


@law("the whole row", "It is the entropy of the softmax over all keys.", cases=rows)
def whole(answer, pieces):
    wanted = entropy(torch.cat(pieces).softmax(-1))
    return compare.against(answer(*known(pieces)), wanted, what="the entropy")


JOIN_THE_PIECES = Task(
    name="join-the-pieces",
    title="Pieces that were read apart",
    kind="implement",
    difficulty=2,
    minutes=20,
    statement=r"""
A context was cut into pieces, and a query has met each of them alone. Of every piece you know the
logarithm of the sum of $e^z$ over its keys, and the entropy of the softmax within it. Write
`entropy_of_all(log_sums, entropies)`, the entropy of one softmax over all keys together, without
seeing a score again and without anything of attnkit. Check it with {n_keys} keys in one piece.
What do copies of a piece add, and what do they do to the reading?
""",
    hints=(
        "Choose a key in two steps: first a piece, then a key within it. How likely is each piece?",
        "The surprise of two steps is the sum of their surprises.",
        "The entropy of the first step, and the mean of the others by how likely their pieces are.",
    ),
    placeholder='''
def entropy_of_all(log_sums, entropies):
    """A number, in nats, from log_sums (piece,) and entropies (piece,)."""
    return torch.tensor(float("nan"), dtype=log_sums.dtype)
''',
    laws=(one_piece, no_level, copies, whole),
    variants={"n_keys": (7, 11, 13)},
    library={},
)
