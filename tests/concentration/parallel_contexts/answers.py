"""Answers to "join-the-pieces": one that is right, and mistakes that each break a law."""

import math

import torch


def right(log_sums, entropies):
    sums = [math.exp(mass - max(log_sums.tolist())) for mass in log_sums.tolist()]
    shares = [each / sum(sums) for each in sums]
    total = sum(p * (h - math.log(p)) for p, h in zip(shares, entropies.tolist(), strict=True))
    return torch.tensor(total, dtype=log_sums.dtype)


def log_sums_for_entropies(log_sums, entropies):
    return log_sums.logsumexp(-1)


def shares_of_log_sums(log_sums, entropies):
    shares = log_sums.abs() / log_sums.abs().sum()
    return (shares * (entropies - shares.log())).sum()


def pieces_alone(log_sums, entropies):
    return (log_sums.softmax(-1) * entropies).sum()


def summed(log_sums, entropies):
    shares = log_sums.softmax(-1)
    return (entropies - shares * shares.log()).sum()


def even_mean_within(log_sums, entropies):
    shares = log_sums.softmax(-1)
    return entropies.mean() - (shares * shares.log()).sum()


def log_of_the_number(log_sums, entropies):
    return (log_sums.softmax(-1) * entropies).sum() + math.log(len(log_sums))


WRONG = {
    "one piece": [log_sums_for_entropies],
    "no level": [shares_of_log_sums],
    "copies": [pieces_alone, summed],
    "the whole row": [even_mean_within, log_of_the_number],
}
