"""Answers to "elastic-row": one that is right, and mistakes that each break a law."""

import math

import torch


def right(scores, mask, offset):
    seen = [z for z, m in zip(scores.tolist(), mask.tolist(), strict=True) if m]
    total = sum(math.exp(z) for z in seen)
    weights = [
        max(0.0, math.exp(z) / total + offset / len(seen)) if m else 0.0
        for z, m in zip(scores.tolist(), mask.tolist(), strict=True)
    ]
    return torch.tensor(weights, dtype=scores.dtype)


def shares(scores, mask):
    return scores.masked_fill(~mask, -torch.inf).softmax(-1)


def masked_once(scores, mask, offset):
    return torch.relu(shares(scores, mask) + offset / int(mask.sum()))


def offset_on_the_scores(scores, mask, offset):
    return torch.relu(scores + offset) * mask / mask.sum()


def exponentials_undivided(scores, mask, offset):
    return torch.relu(scores.exp() + offset) * mask


def offset_turned_round(scores, mask, offset):
    return torch.relu(shares(scores, mask) - offset / int(mask.sum())) * mask


def divided_again(scores, mask, offset):
    kept = right(scores, mask, offset)
    return kept / kept.sum().clamp_min(1e-9)


def no_share_of_n(scores, mask, offset):
    return torch.relu(shares(scores, mask) + offset) * mask


def masked_keys_counted(scores, mask, offset):
    return torch.relu(shares(scores, mask) + offset / len(scores)) * mask


def cut_without_taking(scores, mask, offset):
    weights, level = shares(scores, mask), -offset / int(mask.sum())
    taken = weights * (1 + offset) if offset > -1 else torch.zeros_like(weights)
    return torch.where(weights > level, taken, 0.0) * mask


def below_zero(scores, mask, offset):
    return (shares(scores, mask) + offset / int(mask.sum())) * mask


WRONG = {
    "masked keys": [masked_once],
    "a constant": [offset_on_the_scores, exponentials_undivided],
    "never more": [offset_turned_round, divided_again],
    "equal scores": [no_share_of_n, masked_keys_counted],
    "what is taken": [cut_without_taking, below_zero],
}
