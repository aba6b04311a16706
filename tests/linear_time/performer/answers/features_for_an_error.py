"""Answers to features-for-an-error."""

import math


def right(query, key, error):
    """By the second moment, term by term."""
    total = sum((a + b) ** 2 for a, b in zip(query.tolist(), key.tolist(), strict=True))
    lengths = sum(a * a + b * b for a, b in zip(query.tolist(), key.tolist(), strict=True))
    second, mean = math.exp(2 * total - lengths), math.exp((total - lengths) / 2)
    return (second / mean**2 - 1) / error**2


def not_squared(query, key, error):
    return math.expm1(float((query + key).square().sum())) / error


def without_the_mean(query, key, error):
    return math.exp(float((query + key).square().sum())) / error**2


def of_the_lengths(query, key, error):
    return math.expm1(float(query.square().sum() + key.square().sum())) / error**2


def of_the_difference(query, key, error):
    return math.expm1(float((query - key).square().sum())) / error**2


def absolute(query, key, error):
    return right(query, key, error) * math.exp(2 * float(query @ key))


def half_the_exponent(query, key, error):
    return math.expm1(float((query + key).square().sum()) / 2) / error**2


def twice_the_exponent(query, key, error):
    return math.expm1(2 * float((query + key).square().sum())) / error**2


WRONG = {
    "half the error": [not_squared],
    "an opposite pair": [without_the_mean, of_the_lengths, of_the_difference],
    "turned": [absolute],
    "as measured": [half_the_exponent, twice_the_exponent],
}
