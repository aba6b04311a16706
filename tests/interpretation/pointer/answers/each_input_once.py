"""Answers to "each-input-once": one that is right, and mistakes that each break a law."""

import itertools

import torch


def table(order):
    """One where a step points, zero elsewhere."""
    return torch.eye(len(order), dtype=torch.float64)[order]


def right(scores):
    """The largest of all orders, compared step by step from the first on."""
    if len(scores) > 7:
        return greedy(scores)
    orders = itertools.permutations(range(len(scores)))
    best = max(orders, key=lambda o: [row[i] for row, i in zip(scores.tolist(), o, strict=True)])
    return table(torch.tensor(best))


def greedy(scores):
    scores, found = scores.clone(), []
    for row in range(len(scores)):
        found.append(int(scores[row].argmax()))
        scores[:, found[-1]] = -torch.inf
    return table(torch.tensor(found))


def no_mask(scores):
    return table(scores.argmax(-1))


def masked_by_zero(scores):
    scores, found = scores.clone(), []
    for row in range(len(scores)):
        found.append(int(scores[row].argmax()))
        scores[:, found[-1]] = 0.0
    return table(torch.tensor(found))


def last_step_first(scores):
    return greedy(scores.flip(0)).flip(0)


def lowest_first(scores):
    return greedy(-scores)


def ranked_by_the_first_row(scores):
    return table(scores[0].argsort(descending=True))


def ranked_by_the_mean(scores):
    first = scores[0].argmax()
    rest = scores[1:].sum(0)
    rest[first] = torch.inf
    return table(rest.argsort(descending=True))


def leftmost_after_the_first(scores):
    first = int(scores[0].argmax())
    return table(torch.tensor([first, *[i for i in range(len(scores)) if i != first]]))


WRONG = {
    "each once": [no_mask, masked_by_zero],
    "the best first": [last_step_first, lowest_first],
    "moves with the inputs": [leftmost_after_the_first],
    "best of what is left": [ranked_by_the_first_row, ranked_by_the_mean],
}
