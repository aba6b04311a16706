"""Answers to "count-the-eigenfunctions": by the factorised formula, and four slips."""

import math


def _harmonics(degree, width):
    if degree == 0:
        return 1
    return (2 * degree + width - 2) * math.comb(degree + width - 3, degree - 1) // degree


def right(query_degree, key_degree, width):
    return _harmonics(query_degree, width) * _harmonics(key_degree, width)


def all_monomials(query_degree, key_degree, width):
    def monomials(degree):
        return math.comb(degree + width - 1, degree)

    return monomials(query_degree) * monomials(key_degree)


def tensor_entries(query_degree, key_degree, width):
    return width ** (query_degree + key_degree)


def added_not_multiplied(query_degree, key_degree, width):
    return _harmonics(query_degree, width) + _harmonics(key_degree, width)


def three_dimensions(query_degree, key_degree, width):
    """The count of the ordinary sphere, 2 degree + 1, used in every dimension."""
    return (2 * query_degree + 1) * (2 * key_degree + 1)


def largest_degree_taken_for_both(query_degree, key_degree, width):
    return _harmonics(max(query_degree, key_degree), width) ** 2


def quadratic_beyond_two(query_degree, key_degree, width):
    """Right up to degree two only: a constant, a vector, a symmetric traceless matrix."""
    table = (1, width, width * (width + 1) / 2 - 1)
    return table[min(query_degree, 2)] * table[min(key_degree, 2)]


WRONG = {
    "rank": [
        all_monomials,
        tensor_entries,
        added_not_multiplied,
        three_dimensions,
        largest_degree_taken_for_both,
    ],
    "table": [quadratic_beyond_two],
}
