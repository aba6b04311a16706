"""Answers to "spectrum-from-traces": one that is right, and mistakes that each break a law."""

import math

import torch


def right(matrix):
    rows, width = matrix.tolist(), len(matrix)
    mean = sum(rows[i][i] for i in range(width)) / width
    squares = sum(
        ((rows[i][j] + rows[j][i]) / 2 - mean * (i == j)) ** 2
        for i in range(width)
        for j in range(width)
    )
    return torch.tensor([mean, math.sqrt(squares / width)], dtype=matrix.dtype)


def entries_of_the_whole_matrix(matrix):
    mean = matrix.trace() / len(matrix)
    left = matrix - mean * torch.eye(len(matrix), dtype=matrix.dtype)
    return torch.stack([mean, (left.square().sum() / len(matrix)).sqrt()])


def trace_of_the_square_unsymmetrised(matrix):
    mean = matrix.trace() / len(matrix)
    variance = (matrix @ matrix).trace() / len(matrix) - mean**2
    return torch.stack([mean, variance.abs().sqrt()])


def trace_for_mean(matrix):
    return right(matrix) * torch.tensor([len(matrix), 1.0], dtype=matrix.dtype)


def mean_not_taken_off(matrix):
    symmetric = (matrix + matrix.mT) / 2
    return torch.stack([right(matrix)[0], (symmetric.square().sum() / len(matrix)).sqrt()])


def variance_for_deviation(matrix):
    mean, spread = right(matrix)
    return torch.stack([mean, spread**2])


def spread_of_the_entries(matrix):
    symmetric = (matrix + matrix.mT) / 2
    mean = right(matrix)[0]
    left = symmetric - mean * torch.eye(len(matrix), dtype=matrix.dtype)
    return torch.stack([mean, left.std(correction=0)])


WRONG = {
    "what a token sees": [entries_of_the_whole_matrix, trace_of_the_square_unsymmetrised],
    "a shift": [trace_for_mean, mean_not_taken_off],
    "known spectra": [variance_for_deviation, spread_of_the_entries],
}
