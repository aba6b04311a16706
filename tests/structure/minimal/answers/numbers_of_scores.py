"""Answers to "numbers-of-scores": one that is right, and mistakes that each break a law."""

import torch


def right(width, n_heads):
    pair = torch.empty(n_heads, 2, width, width // n_heads).numel()
    one = torch.empty(n_heads, width, width).numel()
    half = n_heads * torch.tril_indices(width, width).shape[1]
    return torch.tensor([pair, one, half], dtype=torch.float64)


def one_matrix_forgotten(width, n_heads):
    return torch.tensor([1, n_heads, n_heads * (width + 1) / (2 * width)]) * width**2


def four_matrices(width, n_heads):
    return torch.tensor([4, n_heads, n_heads * (width + 1) / (2 * width)]) * width**2


def full_width_for_each_head(width, n_heads):
    return torch.tensor([2 * n_heads, n_heads, n_heads * (width + 1) / (2 * width)]) * width**2


def one_head_s_share(width, n_heads):
    return torch.tensor([2 / n_heads, n_heads, n_heads * (width + 1) / (2 * width)]) * width**2


def heads_forgotten(width, n_heads):
    return torch.tensor([2, 1, (width + 1) / (2 * width)]) * width**2


def collapsed_to_a_head_s_width(width, n_heads):
    own = width / n_heads
    return torch.tensor([2 * width**2, n_heads * own**2, n_heads * own * (own + 1) / 2])


def no_diagonal(width, n_heads):
    return torch.tensor([2, n_heads, n_heads * (width - 1) / (2 * width)]) * width**2


def exactly_half(width, n_heads):
    return torch.tensor([2, n_heads, n_heads / 2]) * width**2


def width_not_squared(width, n_heads):
    return torch.tensor([2, n_heads, n_heads * (width + 1) / (2 * width)]) * width


WRONG = {
    "two for one": [one_matrix_forgotten, four_matrices],
    "heads are free": [full_width_for_each_head, one_head_s_share],
    "heads are dear": [heads_forgotten, collapsed_to_a_head_s_width],
    "the entries": [no_diagonal, exactly_half, width_not_squared],
}
