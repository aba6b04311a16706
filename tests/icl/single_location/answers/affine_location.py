"""Answers to "affine-location": one that is right, and mistakes that each break a law."""

import numpy as np


def right(n_tokens, signal):
    """The normal equations, solved."""
    root = signal**0.5
    matrix = np.array([[n_tokens, root], [root, n_tokens + signal]])
    wanted = np.array([1.0, root])
    return 1 - float(wanted @ np.linalg.solve(matrix, wanted))


def plain_linear(n_tokens, signal):
    return n_tokens / (n_tokens + signal)


def without_cross_terms(n_tokens, signal):
    return 1 - 1 / n_tokens - signal / (n_tokens + signal)


def answering_zero(n_tokens, signal):
    return 1.0


def mark_not_counted(n_tokens, signal):
    return 0.0 if n_tokens == 1 else n_tokens / (n_tokens + signal)


def mean_only(n_tokens, signal):
    return 0.0 if n_tokens == 1 else 1.0 - (signal > 0) / 2 - (signal == 0) / n_tokens


def one_less_squared(n_tokens, signal):
    return 1 - 1 / n_tokens**2 if n_tokens > 1 else 0.0


def saturates(n_tokens, signal):
    return (1 - 1 / n_tokens) / (1 + signal / 16)


def share_of_the_row(n_tokens, signal):
    return (1 - 1 / n_tokens) * n_tokens / (n_tokens + signal)


def root_in_place_of_the_square(n_tokens, signal):
    return n_tokens * (n_tokens - 1) / (n_tokens**2 + (n_tokens - 1) * signal**0.5)


def all_tokens_marked(n_tokens, signal):
    return n_tokens * (n_tokens - 1) / (n_tokens**2 + n_tokens * signal)


WRONG = {
    "one token": [plain_linear, without_cross_terms, answering_zero],
    "no mark": [mark_not_counted, one_less_squared],
    "a long row": [mean_only, saturates],
    "least squares": [share_of_the_row, root_in_place_of_the_square, all_tokens_marked],
}
