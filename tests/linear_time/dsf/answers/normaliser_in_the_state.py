"""Answers to "normaliser-in-the-state": one that is right, and mistakes that each break a law."""

import torch


def right(queries, keys):
    """Token by token, with the sum of the row of the whole matrix of products."""
    products = queries @ keys.T
    etas = [products[t, : t + 1].sum() for t in range(len(keys))]
    transition = [etas[t - 1] / etas[t] if t else etas[0] * 0 for t in range(len(keys))]
    write = [keys[t] / etas[t] for t in range(len(keys))]
    return torch.stack(transition), torch.stack(write)


def _sums(queries, keys):
    return (queries * keys.cumsum(0)).sum(-1)


def _before(sums):
    return torch.cat([sums[:1], sums[:-1]])


def a_transition_for_each_row(queries, keys):
    transition, write = right(queries, keys)
    return transition[:, None].expand_as(keys), write


def one_write_for_all(queries, keys):
    transition, write = right(queries, keys)
    return transition, write[:, 0]


def nothing_divided(queries, keys):
    return torch.ones_like(keys[:, 0]), keys


def divided_by_the_count(queries, keys):
    count = torch.arange(1, len(keys) + 1, dtype=keys.dtype)
    return (count - 1) / count, keys / count[:, None]


def keys_alone(queries, keys):
    sums = keys.cumsum(0).sum(-1)
    return _before(sums) / sums, keys / sums[:, None] / (queries[0] * keys[0]).sum() * keys[0].sum()


def queries_of_length_one(queries, keys):
    first = (queries[0] * keys[0]).sum()
    sums = queries.square().sum(-1) * torch.arange(1, len(keys) + 1, dtype=keys.dtype)
    sums = sums / sums[0] * first
    return _before(sums) / sums, keys / sums[:, None]


def nothing_stays_as_it_was(queries, keys):
    transition, write = right(queries, keys)
    return torch.ones_like(transition), write


def upside_down(queries, keys):
    sums = _sums(queries, keys)
    return sums / _before(sums), keys / sums[:, None]


def a_query_too_late(queries, keys):
    sums = _sums(queries, keys)
    late = (queries * _before_keys(keys)).sum(-1) + (queries * keys).sum(-1) * 1.1
    late[0] = sums[0]
    return _before(late) / late, keys / late[:, None]


def _before_keys(keys):
    return keys.cumsum(0) - keys


def the_newest_value_alone(queries, keys):
    own = (queries * keys).sum(-1)
    return torch.zeros_like(own), keys / own[:, None]


WRONG = {
    "one number a token": [a_transition_for_each_row, one_write_for_all],
    "the first token": [nothing_divided, divided_by_the_count],
    "length of a query": [
        keys_alone,
        queries_of_length_one,
        nothing_stays_as_it_was,
        upside_down,
    ],
    "sum of one": [a_query_too_late],
    "the averages": [the_newest_value_alone],
}
