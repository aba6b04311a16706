"""Answers to "scale-for-a-weight": one that is right, and mistakes that each break a law."""

import math


def right(n_keys, gap, weight):
    """By bisection of the needle's weight, without the formula."""
    low, high = -1e3, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        lead = min(max(middle * math.log(n_keys) * gap, -700), 700)
        found = 1 / (1 + (n_keys - 1) * math.exp(-lead))
        low, high = (middle, high) if found < weight else (low, middle)
    return low


def _odds(weight):
    return math.log(weight / (1 - weight))


def lead_forgotten(n_keys, gap, weight):
    return (math.log(n_keys - 1) + _odds(weight)) / math.log(n_keys)


def lead_on_top(n_keys, gap, weight):
    return gap * lead_forgotten(n_keys, gap, weight)


def one_over_the_lead(n_keys, gap, weight):
    return 1 / gap


def logarithm_of_the_weight(n_keys, gap, weight):
    return (math.log(n_keys) + math.log(weight)) / (gap * math.log(n_keys)) + 0.1 / gap


def rivals_counted_with_the_needle(n_keys, gap, weight):
    return (math.log(n_keys) + _odds(weight)) / (gap * math.log(n_keys))


def scale_of_the_scores(n_keys, gap, weight):
    return (math.log(n_keys - 1) + _odds(weight)) / gap


def weight_in_place_of_odds(n_keys, gap, weight):
    return (math.log(n_keys) + math.log(weight)) / (gap * math.log(n_keys))


def odds_counted_twice_below_a_half(n_keys, gap, weight):
    own = right(n_keys, gap, weight)
    return own if weight in (0.5, 1 / n_keys) else 1.01 * own


WRONG = {
    "twice the lead": [lead_forgotten, lead_on_top],
    "one share of n": [
        one_over_the_lead,
        logarithm_of_the_weight,
        rivals_counted_with_the_needle,
    ],
    "long rows": [scale_of_the_scores, weight_in_place_of_odds],
    "gets the weight": [odds_counted_twice_below_a_half],
}
