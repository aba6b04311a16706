"""Answers to "information-less-chance": one that is right, and mistakes that each break a law."""

import math

import torch


def _plain(counts):
    n = counts.sum().item()
    rows, columns = counts.sum(1).tolist(), counts.sum(0).tolist()
    total = 0.0
    for i, row in enumerate(counts.tolist()):
        for j, count in enumerate(row):
            if count:
                total += count / n * math.log(count * n / (rows[i] * columns[j]))
    return total


def _seen(counts):
    return int((counts.sum(1) > 0).sum()), int((counts.sum(0) > 0).sum())


def right(counts):
    k_x, k_y = _seen(counts)
    return _plain(counts) - (k_x - 1) * (k_y - 1) / (2 * counts.sum().item())


def bins_alone(counts):
    return _plain(counts) - (_seen(counts)[0] - 1) / (2 * counts.sum().item())


def share_of_one_entropy(counts):
    p = counts.sum(1) / counts.sum()
    return right(counts) / -torch.special.xlogy(p, p).sum().item()


def entropy_given_x(counts):
    p = counts.sum(0) / counts.sum()
    return -torch.special.xlogy(p, p).sum().item() - right(counts)


def all_values_counted(counts):
    return _plain(counts) - (counts.shape[0] - 1) * (counts.shape[1] - 1) / (
        2 * counts.sum().item()
    )


def one_added_to_each_cell(counts):
    return _plain(counts + 1)


def mean_over_cells(counts):
    return right(counts) / counts.numel()


def not_corrected(counts):
    return _plain(counts)


def all_cells_counted(counts):
    k_x, k_y = _seen(counts)
    return _plain(counts) - k_x * k_y / (2 * counts.sum().item())


def bias_in_bits(counts):
    k_x, k_y = _seen(counts)
    return _plain(counts) - (k_x - 1) * (k_y - 1) / (2 * counts.sum().item() * math.log(2))


def in_bits(counts):
    k_x, k_y = _seen(counts)
    return _plain(counts) / math.log(2) - (k_x - 1) * (k_y - 1) / (2 * counts.sum().item())


def never_below_zero_twice(counts):
    found = right(counts)
    return found if found < 1e-3 else 1.01 * found


def half_the_divergence(counts):
    k_x, k_y = _seen(counts)
    return _plain(counts) / 2 - (k_x - 1) * (k_y - 1) / (2 * counts.sum().item())


WRONG = {
    "either way": [bins_alone, share_of_one_entropy, entropy_given_x],
    "never seen": [all_values_counted, one_added_to_each_cell, mean_over_cells],
    "a product": [not_corrected, all_cells_counted, bias_in_bits],
    "entropies": [in_bits, never_below_zero_twice, half_the_divergence],
}
