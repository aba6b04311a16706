"""Answers to "bound-of-page": one that is right, and mistakes that each break a law."""

import torch


def right(query, lows, highs):
    """Centre and half width of the box in place of its ends."""
    centre, half = (lows + highs) / 2, (highs - lows) / 2
    return (centre @ query + half @ query.abs()) * len(query) ** -0.5


def no_root(query, lows, highs):
    return right(query, lows, highs) * len(query) ** 0.5 * 1.01


def sizes_alone(query, lows, highs):
    return torch.maximum(lows.abs(), highs.abs()) @ query.abs() / len(query) ** 0.5 + 0.01


def half_width_alone(query, lows, highs):
    return (highs - lows) @ query.abs() / len(query) ** 0.5


def better_of_two_vectors(query, lows, highs):
    return torch.maximum(lows @ query, highs @ query) / len(query) ** 0.5


def the_mean_key(query, lows, highs):
    return (lows + highs) @ query / 2 / len(query) ** 0.5


def the_highest_entries(query, lows, highs):
    return highs @ query / len(query) ** 0.5


def by_the_diagonal(query, lows, highs):
    centre, half = (lows + highs) / 2, (highs - lows) / 2
    return (centre @ query + half.norm(dim=-1) * query.norm()) / len(query) ** 0.5


def twice_the_box(query, lows, highs):
    return right(query, lows, highs) + (highs - lows) @ query.abs() / len(query) ** 0.5


WRONG = {
    "a page of one key": [no_root, sizes_alone, half_width_alone],
    "no key above": [better_of_two_vectors, the_mean_key, the_highest_entries],
    "as low as it can be": [by_the_diagonal, twice_the_box],
}
