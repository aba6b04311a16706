"""Answers to "running-mean-by-place": one that is right, and mistakes that each break a law."""

import math

import torch


def right(n_places):
    rows = [[50.0 if j <= i else -50.0 for j in range(n_places)] for i in range(n_places)]
    return torch.tensor(rows, dtype=torch.float64)


def infinite_scores(n_places):
    ahead = torch.ones(n_places, n_places, dtype=torch.bool).triu(1)
    return torch.zeros(n_places, n_places).masked_fill(ahead, -math.inf)


def a_billion(n_places):
    return 1e9 * right(n_places)


def equal_scores(n_places):
    return torch.zeros(n_places, n_places)


def too_small_a_difference(n_places):
    return torch.ones(n_places, n_places).tril()


def rows_for_columns(n_places):
    return right(n_places).mT


def own_place_alone(n_places):
    return 100.0 * torch.eye(n_places)


def weights_for_scores(n_places):
    counts = torch.arange(1.0, n_places + 1)[:, None]
    return torch.ones(n_places, n_places).tril() / counts


def near_ones_first(n_places):
    place = torch.arange(float(n_places))
    return (place - place[:, None]) - 200.0 * torch.ones(n_places, n_places).triu(1)


def all_but_the_own_place(n_places):
    scores = 100.0 * torch.ones(n_places, n_places).tril(-1)
    scores[0, 0] = 100.0
    return scores


WRONG = {
    "numbers": [infinite_scores, a_billion],
    "nothing ahead": [equal_scores, too_small_a_difference, rows_for_columns, weights_for_scores],
    "equal shares": [own_place_alone, near_ones_first, all_but_the_own_place],
}
