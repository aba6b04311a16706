"""Answers to "moment-landmark": one that is right, and mistakes that each break a law."""

import math


def right(mean, variance, n_keys):
    """Two scores one deviation above and below the mean, in place of the block."""
    return mean + math.log(n_keys) + math.log(math.cosh(math.sqrt(variance)))


def mean_alone(mean, variance, n_keys):
    return mean + variance / 2


def size_for_its_logarithm(mean, variance, n_keys):
    return mean + n_keys + variance / 2


def size_in_base_two(mean, variance, n_keys):
    return mean + math.log2(n_keys) + variance / 2


def mean_scaled(mean, variance, n_keys):
    return (mean + math.log(n_keys)) * (1 + variance / 2)


def variance_taken_off(mean, variance, n_keys):
    return mean + math.log(n_keys) - variance / 2


def first_order(mean, variance, n_keys):
    return mean + math.log(n_keys)


def whole_variance(mean, variance, n_keys):
    return first_order(mean, variance, n_keys) + variance


def deviation_for_variance(mean, variance, n_keys):
    return first_order(mean, variance, n_keys) + math.sqrt(variance) / 2


def variance_of_a_sample(mean, variance, n_keys):
    return first_order(mean, variance, n_keys) + variance * n_keys / (n_keys - 1) / 2


WRONG = {
    "equal scores": [mean_alone, size_for_its_logarithm, size_in_base_two],
    "a constant": [mean_scaled],
    "unequal scores": [variance_taken_off],
    "small spread": [first_order, whole_variance, deviation_for_variance, variance_of_a_sample],
}
