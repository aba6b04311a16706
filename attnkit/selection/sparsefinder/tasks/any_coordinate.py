"""How many pairs share a bucket in any of a few coordinates."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["ANY_COORDINATE"]


def shares(generator, variant):
    """For each coordinate the shares of queries and of keys that lie in each bucket."""
    for n_coordinates, n_buckets in ((1, 3), (2, 5), (variant["n_coordinates"], 8)):
        drawn = torch.rand(2, n_coordinates, n_buckets, generator=generator, dtype=torch.float64)
        of_query, of_key = drawn / drawn.sum(-1, keepdim=True)
        yield {"of_query": of_query, "of_key": of_key}


@law("one bucket", "With one bucket every pair is kept.", cases=shares)
def one_bucket(answer, of_query, of_key):
    whole = torch.ones(len(of_query), 1, dtype=torch.float64)
    return compare.against(answer(whole, whole), 1.0, what="the share of pairs kept")


@law("at most all", "The share is never above one.", cases=shares)
def at_most_all(answer, of_query, of_key):
    many = [each.repeat(40, 1) for each in (of_query, of_key)]
    return compare.at_most(answer(*many), 1.0, what="the share in many coordinates")


@law("one more coordinate", "A further coordinate loses no pair.", cases=shares)
def one_more_coordinate(answer, of_query, of_key):
    twice = answer(of_query.repeat(2, 1), of_key.repeat(2, 1))
    return compare.at_least(twice, answer(of_query, of_key), what="the share with more coordinates")


@law("counted", "Where buckets are independent, it is the share that is counted.", cases=shares)
def counted(answer, of_query, of_key):
    """All combinations of buckets of the first two coordinates, each with its chance."""
    of_query, of_key = of_query[:2], of_key[:2]
    kept = torch.zeros((), dtype=torch.float64)
    places = [range(of_query.shape[1])] * len(of_query)
    for mine in torch.cartesian_prod(*map(torch.tensor, places)).view(-1, len(of_query)):
        chance = torch.stack([row[b] for row, b in zip(of_query, mine, strict=True)]).prod()
        apart = [1 - row[b] for row, b in zip(of_key, mine, strict=True)]
        kept += chance * (1 - torch.stack(apart).prod())
    return compare.against(answer(of_query, of_key), kept, what="the share of pairs kept")


ANY_COORDINATE = Task(
    name="any-coordinate",
    title="A bucket in common, anywhere",
    kind="derive",
    difficulty=2,
    minutes=20,
    statement=r"""
Queries and keys fall into buckets in each of {n_coordinates} coordinates, independently. A pair is
kept that shares a bucket in *any* coordinate. Derive the expected share of pairs kept, without
anything of attnkit, as `share_kept(of_query, of_key)`, from the shares of queries and of keys in
each bucket. What is it for B equal buckets and r coordinates, and what would you compare it with?
""",
    hints=(
        "Take one coordinate first: how likely are two tokens in one bucket?",
        "Any is awkward to count; ask for the pairs that are kept nowhere.",
        "Independent coordinates multiply their chances of having nothing in common.",
    ),
    placeholder='''
def share_kept(of_query, of_key):
    """Share of pairs that meet; of_query and of_key (coordinate, bucket), rows sum to one."""
    return float("nan")
''',
    laws=(one_bucket, at_most_all, one_more_coordinate, counted),
    variants={"n_coordinates": (3, 4, 6)},
    library={},
)
