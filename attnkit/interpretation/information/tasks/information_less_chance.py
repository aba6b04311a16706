"""Information counted in a table, less what counting alone would tell."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["INFORMATION_LESS_CHANCE"]

SINGLE = 1e-5
"""Shares of integers come in single precision, and an answer may stay in it."""


def tables(generator, variant):
    """Counts (x, y), some with a row or a column that was never seen."""
    for shape in ((2, 2), (3, 5), (variant["n_bins"], 3)):
        counts = torch.randint(1, 20, shape, generator=generator)
        yield {"counts": counts}
        padded = torch.nn.functional.pad(counts, (0, 1, 1, 0))
        yield {"counts": padded}


@law("either way", "What x tells of y is what y tells of x.", cases=tables)
def either_way(answer, counts):
    found, turned = answer(counts), answer(counts.mT)
    return compare.against(turned, found, what="the information turned round", tolerance=SINGLE)


@law("never seen", "A value that was never seen changes nothing.", cases=tables)
def never_seen(answer, counts):
    wider = torch.nn.functional.pad(counts, (1, 1, 1, 1))
    found = answer(counts)
    return compare.against(answer(wider), found, what="with values never seen it", tolerance=SINGLE)


@law("a product", "Of a table that is a product only the correction is left.", cases=tables)
def a_product(answer, counts):
    rows, columns = counts.sum(1), counts.sum(0)
    table = rows[:, None] * columns
    freedom = (int((rows > 0).sum()) - 1) * (int((columns > 0).sum()) - 1)
    wanted = -freedom / (2 * table.sum().item())
    return compare.against(answer(table), wanted, what="at independence it", tolerance=SINGLE)


@law("entropies", "It is two entropies less that of the pair, and the correction.", cases=tables)
def entropies(answer, counts):
    n = counts.sum().double()
    parts = [counts.sum(1) / n, counts.sum(0) / n, counts.flatten() / n]
    h_x, h_y, h_xy = (-torch.special.xlogy(p, p).sum() for p in parts)
    freedom = (int((parts[0] > 0).sum()) - 1) * (int((parts[1] > 0).sum()) - 1)
    wanted = h_x + h_y - h_xy - freedom / (2 * n)
    return compare.against(answer(counts), wanted, what="the information", tolerance=SINGLE)


INFORMATION_LESS_CHANCE = Task(
    name="information-less-chance",
    title="Information, less chance",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
Weights in {n_bins} bins, relevance in three kinds, and a table that counts how often they meet.
Write `told_beyond_chance(counts)` for integers (x, y), without anything of attnkit: the mutual
information of the shares, in nats, less the first term of its bias, $(K_x - 1)(K_y - 1)/2N$. $K$
counts the values that were seen. Then shuffle one label, and look at how the result depends on the
number of bins.
""",
    hints=(
        "Divide the counts by their sum; the two margins are sums of that.",
        "A cell that holds nothing adds nothing, although its logarithm is not finite.",
        "Count the rows and the columns whose sum is not zero, and leave one of each.",
    ),
    placeholder='''
def told_beyond_chance(counts):
    """Mutual information in nats of a table of counts (x, y), less its bias."""
    return float("nan")
''',
    laws=(either_way, never_seen, a_product, entropies),
    variants={"n_bins": (6, 8, 10)},
    library={},
)
