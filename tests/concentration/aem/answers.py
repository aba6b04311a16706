"""Answers to "slope-of-the-entropy": one that is right, and mistakes that each break a law."""

import math

import torch


def weights_of(scores):
    raised = [math.exp(z - scores.max().item()) for z in scores.tolist()]
    return [r / sum(raised) for r in raised]


def right(scores):
    weights = weights_of(scores)
    parts = [-w * math.log(w) if w > 0 else 0.0 for w in weights]
    slopes = [part - w * sum(parts) for part, w in zip(parts, weights, strict=True)]
    return torch.tensor(slopes, dtype=scores.dtype)


def weights_held(scores):
    weights = scores.softmax(-1)
    return -weights * (weights.clamp_min(1e-300).log() + 1)


def of_a_vector_of_one_sign(scores):
    return right(scores).abs()


def tilted(scores):
    places = torch.arange(len(scores), dtype=scores.dtype)
    return right(scores) + places - places.mean()


def log_of_zero(scores):
    weights = scores.softmax(-1)
    logs = weights.log()
    return -weights * (logs - (weights * logs).nansum())


def of_the_loss(scores):
    return -right(scores)


def not_weighted(scores):
    weights = torch.tensor(weights_of(scores), dtype=scores.dtype).clamp_min(1e-300)
    surprise = -weights.log()
    return (surprise - surprise.mean()) * (weights.min() > 1e-200)


def in_bits(scores):
    return right(scores) / math.log(2)


WRONG = {
    "sum zero": [weights_held, of_a_vector_of_one_sign],
    "level scores": [tilted],
    "a certain bag": [log_of_zero],
    "against a difference": [of_the_loss, not_weighted, in_bits],
}
