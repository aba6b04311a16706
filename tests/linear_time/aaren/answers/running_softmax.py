"""Answers to running-softmax."""

import math

import torch


def right(scores, values):
    """By plain numbers, with the sums' common factor kept as a logarithm of its own."""
    log_sum, mean, reads = -math.inf, [0.0] * values.shape[1], []
    for s, v in zip(scores.tolist(), values.tolist(), strict=True):
        top = max(log_sum, s)
        log_sum = top + math.log(math.exp(log_sum - top) + math.exp(s - top))
        share = math.exp(s - log_sum)
        mean = [(1 - share) * old + share * new for old, new in zip(mean, v, strict=True)]
        reads.append(mean)
    return torch.tensor(reads, dtype=values.dtype)


def by_a_matrix(scores, values):
    """All pairs at once, of logarithms."""
    logarithm = scores.expand(len(scores), -1).masked_fill(
        torch.ones(len(scores), len(scores), dtype=torch.bool).triu(1), -torch.inf
    )
    return (logarithm - logarithm.logsumexp(-1, keepdim=True)).exp() @ values


def _loop(scores, values, corrected=(True, True), start=None):
    largest, weight, total, reads = -torch.inf, 0.0, torch.zeros_like(values[0]), []
    for s, v in zip(scores, values, strict=True):
        new = max(largest, float(s)) if start is None else start
        factor = float(torch.tensor(largest - new).exp()) if largest > -torch.inf else 0.0
        share = (s - new).exp()
        weight = (factor if corrected[0] else 1.0) * weight + share
        total = (factor if corrected[1] else 1.0) * total + share * v
        largest = new
        reads.append(total / weight)
    return torch.stack(reads)


def drops_the_maximum(scores, values):
    shares = scores.exp()
    return (shares[:, None] * values).cumsum(0) / shares.cumsum(0)[:, None]


def first_as_reference(scores, values):
    shares = (scores - scores[0]).exp()
    return (shares[:, None] * values).cumsum(0) / shares.cumsum(0)[:, None]


def sum_not_corrected(scores, values):
    return _loop(scores, values, corrected=(False, True))


def nothing_corrected(scores, values):
    return _loop(scores, values, corrected=(False, False))


def without_itself(scores, values):
    read = right(scores, values)
    return torch.cat([torch.zeros_like(read[:1]), read[:-1]])


def the_latest(scores, values):
    return values.clone()


def by_score(scores, values):
    """A mean weighted by rank alone."""
    weight = (scores - scores.amin()).abs() + 1
    return (weight[:, None] * values).cumsum(0) / weight.cumsum(0)[:, None]


def every_prefix_again(scores, values):
    reads = [scores[: t + 1].softmax(0) @ values[: t + 1] for t in range(len(scores))]
    return torch.stack(reads)


def half_as_sharp(scores, values):
    return right(scores / 2, values)


WRONG = {
    "the first read": [without_itself],
    "equal scores": [the_latest],
    "a thousand more": [drops_the_maximum],
    "a score that towers": [first_as_reference, by_score, nothing_corrected, sum_not_corrected],
    "every prefix": [half_as_sharp],
    "no look back": [by_a_matrix, every_prefix_again],
}
