"""Answers to "keep-the-entropy": one that is right, and mistakes that each break a law."""

import math


def right(n_keys, n_train, spread):
    wanted = math.log(n_train) - spread * spread / 2
    return (2 * (math.log(n_keys) - wanted)) ** 0.5 / spread


def of_the_length_alone(n_keys, n_train, spread):
    return math.sqrt(2 * math.log(n_keys)) / spread


def upside_down(n_keys, n_train, spread):
    return 1 / right(n_keys, n_train, spread)


def no_scale(n_keys, n_train, spread):
    return 1.0


def the_root(n_keys, n_train, spread):
    return math.sqrt(math.log(n_keys) / math.log(n_train))


def the_logarithm(n_keys, n_train, spread):
    return math.log(n_keys) / math.log(n_train)


def not_squared(n_keys, n_train, spread):
    return 1 + 2 * math.log(n_keys / n_train) / spread**2


def half_of_it(n_keys, n_train, spread):
    return math.sqrt(1 + math.log(n_keys / n_train) / spread**2)


WRONG = {
    "as in training": [of_the_length_alone],
    "sharper": [upside_down, no_scale],
    "spread": [the_root, the_logarithm],
    "same entropy": [not_squared, half_of_it],
}
