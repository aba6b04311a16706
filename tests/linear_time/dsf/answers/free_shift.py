"""Answers to "free-shift": one that is right, and mistakes that each break a law."""

import torch


def right(queries, keys):
    """The mean of all sums of a query and a key, pair by pair."""
    sums = [q + k for q in queries for k in keys]
    return -torch.stack(sums).mean(0)


def a_table(queries, keys):
    return -(queries.mean(0) + keys)


def a_number(queries, keys):
    return -(queries.mean() + keys.mean())


def wrong_sign(queries, keys):
    return queries.mean(0) + keys.mean(0)


def half_of_it(queries, keys):
    return -(queries.mean(0) + keys.mean(0)) / 2


def queries_alone(queries, keys):
    return -queries.mean(0)


def one_coordinate(queries, keys):
    return -(queries.mean(0) + keys.mean(0)) * torch.tensor([1.0, 0.0, 0.0], dtype=keys.dtype)


def sums_of_queries(queries, keys):
    return -queries.sum(0) / len(keys) - keys.mean(0)


def counted_by_queries(queries, keys):
    return -keys.mean(0) - queries.sum(0)


def keys_alone(queries, keys):
    return -keys.mean(0)


def sign_of_the_queries(queries, keys):
    return queries.mean(0) - keys.mean(0)


def by_descent(queries, keys):
    """A search along torch's own gradient."""
    shift = torch.zeros_like(keys[0], requires_grad=True)
    for _ in range(200):
        lengths = (queries[:, None] + keys + shift).square().sum(-1)
        (slope,) = torch.autograd.grad(lengths.mean(), shift)
        shift = (shift - 0.1 * slope).detach().requires_grad_()
    return shift.detach()


WRONG = {
    "one vector": [a_table, a_number, by_descent],
    "nothing twice": [wrong_sign, half_of_it, queries_alone],
    "keys moved on": [one_coordinate],
    "queries listed twice": [sums_of_queries, counted_by_queries],
    "no better": [keys_alone, sign_of_the_queries],
}
