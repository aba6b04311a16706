"""Answers to "head-correlation": with Kronecker products, and four slips."""

import math

import torch


def right(query, key, other_query, other_key):
    def cosine(first, second):
        return torch.nn.functional.cosine_similarity(first, second, dim=0).item()

    head = cosine(torch.kron(query, key), torch.kron(other_query, other_key))
    return head, cosine(torch.cat([query, key]), torch.cat([other_query, other_key]))


def _cosines(query, key, other_query, other_key):
    cosine = torch.nn.functional.cosine_similarity
    return cosine(query, other_query, dim=0), cosine(key, other_key, dim=0)


def covariance(query, key, other_query, other_key):
    """Forgets to divide by the deviations."""
    head = (query @ other_query) * (key @ other_key) / 4
    return head, right(query, key, other_query, other_key)[1]


def mean_for_the_head(*tokens):
    first, second = _cosines(*tokens)
    return (first + second) / 2, right(*tokens)[1]


def rectified(*tokens):
    """The kernel of the rectified scores, which is not what was asked."""
    head, added = right(*tokens)
    return max(head, 0.0), added


def product_for_both(*tokens):
    first, second = _cosines(*tokens)
    return first * second, first * second


def geometric_mean(*tokens):
    head, added = right(*tokens)
    return math.copysign(abs(head) ** 0.5, head), added


WRONG = {
    "itself": [covariance, mean_for_the_head, rectified],
    "a head": [geometric_mean],
    "a sum": [product_for_both],
}
