"""Answers to "two-like-queries": one that is right, and mistakes that each break a law."""

import torch


def right(queries, sharpness, along):
    return torch.outer(along, torch.linalg.pinv(queries) @ sharpness)


def as_if_square(queries, sharpness, along):
    return torch.outer(along, sharpness @ queries)


def the_mean_of_both(queries, sharpness, along):
    both = queries.mean(0)
    return torch.outer(along, sharpness.mean() * both / both.norm() ** 2)


def transposed_roles(queries, sharpness, along):
    return torch.outer(along, torch.linalg.pinv(queries) @ sharpness.flip(0))


def a_little_ridge(queries, sharpness, along):
    inner = queries @ queries.T + 0.1 * torch.eye(2, dtype=queries.dtype)
    return torch.outer(along, torch.linalg.solve(inner, sharpness) @ queries)


def more_than_needed(queries, sharpness, along):
    spare = torch.linalg.svd(queries)[2][2]
    return right(queries, sharpness, along) + torch.outer(along, spare)


def a_spare_direction_for_each(queries, sharpness, along):
    square = torch.linalg.svd(queries)[2][2:]
    return right(queries, sharpness, along) + 0.5 * square.sum(0) * torch.ones(len(along), 1)


WRONG = {
    "both queries": [as_if_square, the_mean_of_both, transposed_roles, a_little_ridge],
    "nowhere else": [more_than_needed, a_spare_direction_for_each],
}
