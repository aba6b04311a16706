"""Answers to "tied-to-itself": one that is right, and mistakes that each break a law."""

import math

import torch


def right(staying):
    """By halving: the product m r is where the logistic function of twice it is the share."""
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        if 1 / (1 + math.exp(-2 * middle)) < staying:
            low = middle
        else:
            high = middle
    size = abs(low) ** 0.5
    return _pair(size, size if low >= 0 else -size)


def _pair(query, key):
    return torch.tensor([query, key], dtype=torch.float64)


def of_the_share(staying):
    size = abs(math.log(staying) / 2) ** 0.5
    return _pair(size, size)


def whole_product_in_the_key(staying):
    product = math.log(staying / (1 - staying)) / 2
    return _pair(1.0 if product else 0.0, product)


def always_tied(staying):
    size = abs(math.log(staying / (1 - staying)) / 2) ** 0.5
    return _pair(size, size)


def signs_the_wrong_way(staying):
    query, key = right(staying)
    return torch.stack([query, -key])


def without_the_half(staying):
    return right(staying) * 2**0.5


def without_the_root(staying):
    query, key = right(staying)
    return torch.stack([query**2, key * abs(key)])


WRONG = {
    "no preference": [of_the_share],
    "equal sizes": [whole_product_in_the_key],
    "the other place": [always_tied],
    "has the map": [signs_the_wrong_way, without_the_half, without_the_root],
}
