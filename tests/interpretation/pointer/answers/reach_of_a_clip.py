"""Answers to "reach-of-a-clip": one that is right, and mistakes that each break a law."""

import math


def right(n_keys, weight):
    """By bisection of the largest weight, without the formula."""
    low, high = 0.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        found = 1 / (1 + (n_keys - 1) * math.exp(-2 * middle))
        low, high = (middle, high) if found < weight else (low, middle)
    return low


def _odds(weight):
    return math.log(weight / (1 - weight))


def counted_with_itself(n_keys, weight):
    return (math.log(n_keys) + _odds(weight)) / 2


def odds_alone(n_keys, weight):
    return _odds(weight) / 2 if n_keys > 2 else right(n_keys, weight)


def one_side(n_keys, weight):
    return math.log(n_keys - 1) + _odds(weight)


def weight_for_odds(n_keys, weight):
    return (math.log(n_keys) + math.log(weight)) / 2


def root_of_the_number(n_keys, weight):
    return (
        right(2, 0.5 + (weight - 1 / n_keys) / (2 - 2 / n_keys)) if n_keys > 2 else right(2, weight)
    )


def half_the_rivals(n_keys, weight):
    return (math.log(n_keys / 2) + _odds(weight)) / 2 if weight != 1 / n_keys else 0.0


WRONG = {
    "nothing for one share": [counted_with_itself, odds_alone],
    "two keys": [one_side, weight_for_odds],
    "gets the weight": [root_of_the_number, half_the_rivals],
}
