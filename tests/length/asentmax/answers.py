"""Answers to "stand-alone": one that is right, and mistakes that each break a law."""

import torch


def _alone(scores, alpha, scale):
    """Whether the sum of all weights is one at the threshold where the best key's weight is."""
    raised = (alpha - 1) * scale * (scores - scores.max()) + 1
    return float(raised.clamp_min(0).sum()) <= 1


def right(scores, alpha):
    """By bisection."""
    low, high = 0.0, 1e9
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if _alone(scores, alpha, middle) else (middle, high)
    return high


def _lead(scores):
    first, second = scores.topk(2).values
    return float(first - second)


def over_the_score_itself(scores, alpha):
    return 1 / ((alpha - 1) * float(scores.max()))


def lead_of_nothing(scores, alpha):
    return 1 / (alpha - 1)


def lead_on_top(scores, alpha):
    return _lead(scores) / (alpha - 1)


def lead_over_the_mean(scores, alpha):
    return 1 / ((alpha - 1) * float(scores.max() - scores.mean()))


def lead_over_the_last(scores, alpha):
    return 1 / ((alpha - 1) * float(scores.max() - scores.min()))


def logarithm_of_n(scores, alpha):
    return float(torch.tensor(float(len(scores))).log()) / ((alpha - 1) * _lead(scores))


def alpha_forgotten(scores, alpha):
    return 1 / _lead(scores)


def alpha_upside_down(scores, alpha):
    return (alpha - 1) / _lead(scores)


def too_much(scores, alpha):
    return 2 / ((alpha - 1) * _lead(scores))


WRONG = {
    "shifted scores": [over_the_score_itself],
    "twice the scores": [lead_of_nothing, lead_on_top],
    "far rivals": [lead_over_the_mean, lead_over_the_last, logarithm_of_n],
    "alone there": [alpha_forgotten, alpha_upside_down],
    "not before": [too_much],
}
