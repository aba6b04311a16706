"""Answers to "count-by-a-sink": one that is right, and mistakes that each break a law."""

import math


def right(read, score, sink_score):
    """By bisection of the read, without the odds."""
    low, high = 0.0, 1e9
    for _ in range(300):
        middle = (low + high) / 2
        power = middle * math.exp(score - sink_score)
        low, high = (middle, high) if power / (power + 1) < read else (low, middle)
    return low


def _odds(read):
    return read / (1 - read)


def weight_for_odds(read, score, sink_score):
    return read / math.exp(score - sink_score)


def sink_counted(read, score, sink_score):
    return _odds(read) * math.exp(sink_score - score) + 1


def logarithm(read, score, sink_score):
    return 1 + math.log(_odds(read)) - score + sink_score


def one_over_the_sink(read, score, sink_score):
    gap = math.exp(sink_score - score)
    return (1 / (1 - read) - 1 + 0.1) * gap - 0.1


def sink_at_zero(read, score, sink_score):
    own = _odds(read) * math.exp(-score)
    return own if score != sink_score else 1.0


def scores_forgotten(read, score, sink_score):
    return _odds(read)


def the_wrong_way_round(read, score, sink_score):
    return _odds(read) * math.exp(score - sink_score)


WRONG = {
    "one neighbour": [weight_for_odds, sink_counted],
    "twice as many": [logarithm, one_over_the_sink],
    "no matter the scores": [sink_at_zero],
    "the number": [scores_forgotten, the_wrong_way_round],
}
