"""Count the pairs that two orders put alike, ties and all."""

import itertools
import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["RANK_AGREEMENT"]


def rows(generator, variant):
    """Two rows without ties, and two with many."""
    for n_keys in (2, 5, variant["n_keys"]):
        first, second = torch.randn(2, n_keys, generator=generator, dtype=torch.float64)
        yield {"first": first, "second": second}
    tied = torch.tensor([[0.0, 1.0, 1.0, 2.0, 2.0, 2.0], [1.0, 1.0, 3.0, 0.0, 0.0, 2.0]])
    yield {"first": tied[0].double(), "second": tied[1].double()}


@law("turned round", "A row against its negative has minus one, if none are tied.", cases=rows)
def turned_round(answer, first, second):
    if len(first.unique()) < len(first):
        return None
    return compare.against(answer(first, -first), -1.0, what="tau with the row turned round")


@law("itself", "A row agrees with itself entirely, ties or not.", cases=rows)
def itself(answer, first, second):
    return compare.against(answer(first, first), 1.0, what="tau of a row with itself")


@law("order is all", "An increasing function of a row changes nothing.", cases=rows)
def only_order(answer, first, second):
    bent = answer(first.exp(), second**3)
    return compare.against(bent, answer(first, second), what="tau of rows that were bent")


@law("pair by pair", "It is what counting pairs one at a time gives.", cases=rows)
def pair_by_pair(answer, first, second):
    pairs = [*itertools.combinations(range(len(first)), 2)]
    moves = [[(row[i] - row[j]).sign().item() for i, j in pairs] for row in (first, second)]
    untied = [sum(abs(each) for each in row) for row in moves]
    together = sum(a * b for a, b in zip(*moves, strict=True))
    wanted = together / math.sqrt(untied[0] * untied[1])
    return compare.against(answer(first, second), wanted, what="tau")


RANK_AGREEMENT = Task(
    name="rank-agreement",
    title="Two orders, one number",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Write Kendall's tau of two rows of {n_keys} numbers, say, as `tau_of_orders(first, second)`,
without anything of attnkit or scipy: pairs of places that both rows put in the same order, less
those that they put in opposite order, over the root of the product of how many pairs each row does
not tie. Then find two explanations of a sentence that have the same largest token, and a tau below
zero.
""",
    hints=(
        "Each pair is a plus, a minus or nothing in each of the rows.",
        "The sign of every difference of two places is a square of numbers.",
        "Multiply two such squares place by place, sum, and divide by what each sums to.",
    ),
    placeholder='''
def tau_of_orders(first, second):
    """Kendall's tau-b of two rows (key,)."""
    return float("nan")
''',
    laws=(turned_round, itself, only_order, pair_by_pair),
    variants={"n_keys": (7, 11, 14)},
    library={},
)
