"""Answers to "best-columns": one that is right, and mistakes that each break a law."""

import torch


def right(columns, n, n_columns):
    width, found = columns.shape[-1], []
    for row in columns.tolist():
        ranked = sorted(range(width), key=row.__getitem__, reverse=True)[:n_columns]
        found.append([j * width // n in ranked for j in range(n)])
    return torch.tensor(found, dtype=columns.dtype)


def _flags(columns, n_columns):
    best = columns.topk(n_columns, -1).indices
    return torch.zeros_like(columns).scatter(-1, best, 1.0)


def _places(columns, n):
    return torch.arange(n) * columns.shape[-1] // n


def estimates_in_place_of_flags(columns, n, n_columns):
    return right(columns, n, n_columns) * columns[:, _places(columns, n)]


def places_in_place_of_flags(columns, n, n_columns):
    return right(columns, n, n_columns) * torch.arange(2.0, n + 2)


def best_keys(columns, n, n_columns):
    spread = columns[:, _places(columns, n)] - 1e-9 * torch.arange(n)
    return _flags(spread, n_columns + 1)


def repeated_round(columns, n, n_columns):
    return _flags(columns, n_columns)[:, torch.arange(n) % columns.shape[-1]]


def floor_of_the_width(columns, n, n_columns):
    places = (torch.arange(n) // (n // columns.shape[-1])).clamp_max(columns.shape[-1] - 1)
    return _flags(columns, n_columns)[:, places]


def all_rows_alike(columns, n, n_columns):
    shared = _flags(columns.mean(0, keepdim=True), 1).expand_as(columns)
    return shared[:, _places(columns, n)]


def one_pool_for_all_rows(columns, n, n_columns):
    flat = _flags(columns.flatten()[None], n_columns * len(columns))
    return flat.view(columns.shape)[:, _places(columns, n)]


def one_column_too_many(columns, n, n_columns):
    return _flags(columns, n_columns + 1)[:, _places(columns, n)]


def by_size_whatever_the_sign(columns, n, n_columns):
    return _flags(columns.abs(), n_columns)[:, _places(columns, n)]


def nearest_to_the_mean(columns, n, n_columns):
    away = (columns - columns.mean(-1, keepdim=True)).abs()
    return _flags(away, n_columns)[:, _places(columns, n)]


def the_lowest(columns, n, n_columns):
    return _flags(-columns, n_columns)[:, _places(columns, n)]


def the_second_and_third(columns, n, n_columns):
    later = columns.masked_fill(_flags(columns, 1) > 0, -torch.inf)
    return _flags(later, n_columns)[:, _places(columns, n)]


def two_whatever_is_asked(columns, n, n_columns):
    return _flags(columns, 2)[:, _places(columns, n)]


WRONG = {
    "kept or not": [estimates_in_place_of_flags, places_in_place_of_flags],
    "whole columns": [best_keys, repeated_round, floor_of_the_width],
    "in every row": [
        all_rows_alike,
        one_pool_for_all_rows,
        one_column_too_many,
        two_whatever_is_asked,
    ],
    "order is all": [by_size_whatever_the_sign, nearest_to_the_mean],
    "the best": [the_lowest, the_second_and_third],
}
