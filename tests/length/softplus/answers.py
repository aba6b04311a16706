"""Answers to "softplus-sharpen": one that is right, and mistakes that each break a law."""

import math

import torch


def right(weights, power):
    above = [max(len(weights) * weight - 1, 0.0) for weight in weights.tolist()]
    logs = [power * math.log(each) if each > 0 else -math.inf for each in above]
    best = max(logs)
    if best == -math.inf:
        return torch.zeros_like(weights)
    powers = [math.exp(each - best) for each in logs]
    return torch.tensor([each / sum(powers) for each in powers], dtype=weights.dtype)


def never_divided(weights, power):
    above = (len(weights) * weights - 1).clamp_min(0)
    return (above / above.max().clamp_min(1e-30)) ** power


def no_offset(weights, power):
    powers = (weights / weights.max()) ** power
    return powers / powers.sum()


def level_stays_level(weights, power):
    above = (len(weights) * weights - 1).clamp_min(0)
    if above.max() == 0:
        return weights
    powers = (above / above.max()) ** power
    return powers / powers.sum()


def power_first(weights, power):
    powers = (len(weights) * weights - 1).clamp_min(0) ** power
    total = powers.sum()
    return powers / total if total > 0 else torch.zeros_like(weights)


def forgiving_denominator(weights, power):
    powers = (len(weights) * weights.double() - 1).clamp_min(0) ** power
    return (powers / (powers.sum() + 1e-8)).float()


def one_power_short(weights, power):
    return right(weights, power - 1)


def softly(weights, power):
    above = (len(weights) * weights - 1).clamp_min(0)
    if above.max() == 0:
        return torch.zeros_like(weights)
    powers = torch.where(above > 0, (power * (above - above.max())).exp(), 0.0)
    return powers / powers.sum()


WRONG = {
    "one whole": [never_divided, forgiving_denominator],
    "below the mean": [no_offset],
    "level rows": [level_stays_level],
    "nothing breaks": [power_first],
    "ratios": [one_power_short, softly],
}
