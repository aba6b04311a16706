"""The best score that a page's box allows."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["BOUND_OF_PAGE"]


def pages(generator, variant):
    """A query, and the keys of some pages with their lowest and highest entries."""
    for n_pages, size, width in ((1, 1, 1), (3, 4, 2), (variant["n_pages"], 5, 4)):
        query = torch.randn(width, generator=generator, dtype=torch.float64)
        keys = torch.randn(n_pages, size, width, generator=generator, dtype=torch.float64)
        yield {"query": query, "keys": keys}


def bound(answer, query, keys):
    return answer(query, keys.amin(1), keys.amax(1))


@law("a page of one key", "A page that holds one key has that key's score.", cases=pages)
def one_key(answer, query, keys):
    alone = keys[:, :1]
    wanted = alone[:, 0] @ query / len(query) ** 0.5
    return compare.against(bound(answer, query, alone), wanted, what="the bound of one key")


@law("no key above", "No key of a page scores more than the page's bound.", cases=pages)
def no_key_above(answer, query, keys):
    best = (keys @ query).amax(-1) / len(query) ** 0.5
    return compare.at_least(bound(answer, query, keys), best, what="the bounds")


@law("as low as it can be", "Some point between lowest and highest scores as much.", cases=pages)
def some_corner(answer, query, keys):
    low, high = keys.amin(1), keys.amax(1)
    ends = torch.tensor([0.0, 1.0], dtype=torch.float64)
    corners = torch.cartesian_prod(*[ends] * len(query)).view(-1, 1, len(query))
    best = ((low + corners * (high - low)) @ query).amax(0) / len(query) ** 0.5
    return compare.against(bound(answer, query, keys), best, what="the bounds")


BOUND_OF_PAGE = Task(
    name="bound-of-page",
    title="What can this page hold at most?",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
Of each of {n_pages} pages, say, only two vectors are kept: the lowest and the highest entry of its
keys in every direction. Derive the smallest number that the score $q \cdot k / \sqrt d$ of no key
on the page can exceed, as far as these two vectors tell, and write it without anything of attnkit
as `bound_pages(query, lows, highs)` for a query (feature,) and two tensors (page, feature). Which
of the two does a negative entry of the query ask for?
""",
    hints=(
        "A score is a sum over directions, and each can be made large on its own.",
        "In one direction the sign of the query's entry decides which end is better.",
        "Write both products for every direction and keep the better before you add.",
    ),
    placeholder='''
def bound_pages(query, lows, highs):
    """The bound (page,) of the scores of keys between lows and highs (page, feature)."""
    return torch.full_like(lows[:, 0], float("nan"))
''',
    laws=(one_key, no_key_above, some_corner),
    variants={"n_pages": (3, 5, 7)},
    library={},
)
