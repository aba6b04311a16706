"""Answers to "symmetric-scores": one that is right, and mistakes that each break a law."""

import torch


def right(queries, keys):
    both = torch.cat([queries, keys], -1)
    other = torch.cat([keys, queries], -1)
    return (both @ other.mT) / 2


def as_it_was(queries, keys):
    return queries @ keys.mT


def lower_triangle(queries, keys):
    return (queries @ keys.mT).tril()


def sum_of_both(queries, keys):
    scores = queries @ keys.mT
    return scores + scores.mT


def queries_with_queries(queries, keys):
    return queries @ queries.mT


def means_for_both(queries, keys):
    mean = (queries + keys) / 2
    return mean @ mean.mT


def lower_triangle_copied(queries, keys):
    scores = (queries @ keys.mT).tril()
    return scores + scores.mT - scores.diagonal().diag()


def antisymmetric_part_squared(queries, keys):
    scores = queries @ keys.mT
    return (scores + scores.mT) / 2 + (scores - scores.mT).abs() / 2


def the_smaller_of_both(queries, keys):
    scores = queries @ keys.mT
    return torch.minimum(scores, scores.mT)


WRONG = {
    "both ways": [as_it_was, lower_triangle],
    "own scores": [sum_of_both, queries_with_queries, means_for_both],
    "turned round": [lower_triangle_copied],
    "the symmetric part": [antisymmetric_part_squared, the_smaller_of_both],
}
