"""Answers to heads-needed."""

import numpy as np
import torch


def right(preconditioners):
    """Gram–Schmidt on the matrices as vectors: one head for each new direction, and one."""
    kept = []
    rows = preconditioners.flatten(1).numpy()
    for row in rows:
        for direction in kept + kept:
            row = row - (row @ direction) * direction
        if np.linalg.norm(row) > 1e-6 * np.abs(rows).max():
            kept.append(row / np.linalg.norm(row))
    return len(kept) + 1


def one_more_than_tasks(preconditioners):
    return len(preconditioners) + 1


def two_a_task(preconditioners):
    return 2 * len(preconditioners)


def span_alone(preconditioners):
    return right(preconditioners) - 1


def rank_of_the_sum(preconditioners):
    return 1 + int(torch.linalg.matrix_rank(preconditioners.sum(0)))


def different_ones(preconditioners):
    return 1 + len(torch.unique(preconditioners.flatten(1), dim=0))


def entries_cut_off(preconditioners):
    return 1 + int(torch.linalg.matrix_rank(preconditioners.flatten(1), atol=0.5, rtol=0.0))


def symmetric_parts(preconditioners):
    return right((preconditioners + preconditioners.mT) / 2)


def always_two(preconditioners):
    return 2


WRONG = {
    "tasks that differ": [two_a_task, span_alone, rank_of_the_sum, always_two, symmetric_parts],
    "tasks alike": [one_more_than_tasks],
    "mixtures are free": [different_ones],
    "measured": [entries_cut_off],
}
