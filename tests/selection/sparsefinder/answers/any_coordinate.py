"""Answers to "any-coordinate": one that is right, and mistakes that each break a law."""

import math


def right(of_query, of_key):
    """By adding one coordinate after the other."""
    kept = 0.0
    for mine, yours in zip(of_query.tolist(), of_key.tolist(), strict=True):
        meets = sum(a * b for a, b in zip(mine, yours, strict=True))
        kept += (1 - kept) * meets
    return kept


def meets(of_query, of_key):
    return (of_query * of_key).sum(-1)


def nowhere(of_query, of_key):
    return (1 - meets(of_query, of_key)).prod()


def number_of_coordinates(of_query, of_key):
    return meets(of_query, of_key).sum() * 2


def summed(of_query, of_key):
    """Sums up to one coordinate's worth of certainty."""
    return meets(of_query, of_key).sum() / (1 if of_query.shape[1] > 1 else len(of_query))


def in_every_coordinate(of_query, of_key):
    return meets(of_query, of_key).prod()


def mean_of_coordinates(of_query, of_key):
    return meets(of_query, of_key).mean()


def equal_buckets(of_query, of_key):
    n_coordinates, n_buckets = of_query.shape
    return 1 - (1 - 1 / n_buckets) ** n_coordinates


def poisson(of_query, of_key):
    if of_query.shape[1] == 1:
        return 1.0
    return 1 - math.exp(-float(meets(of_query, of_key).sum()))


def queries_twice(of_query, of_key):
    return 1 - (1 - (of_query * of_query).sum(-1)).prod()


WRONG = {
    "one bucket": [nowhere, number_of_coordinates],
    "at most all": [summed],
    "one more coordinate": [in_every_coordinate],
    "counted": [mean_of_coordinates, equal_buckets, poisson, queries_twice],
}
