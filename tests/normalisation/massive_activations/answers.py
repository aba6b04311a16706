"""Answers to "when-it-peaks": one that is right, and mistakes that each break a law."""

import math

from scipy.optimize import brentq


def right(decay, rate, offset):
    x = brentq(lambda x: decay * x * math.log(x) - 1, 1.0, 2.0 + 1e7, xtol=1e-13, rtol=1e-14)
    return (x - offset) / rate


def offset_forgotten(decay, rate, offset):
    return right(decay, rate, 0.0)


def x_itself(decay, rate, offset):
    return right(decay, 1.0, 0.0)


def offset_added(decay, rate, offset):
    return right(decay, rate, -offset)


def rate_forgotten(decay, rate, offset):
    return right(decay, 1.0, 0.0) - offset / rate


def lambert_itself(decay, rate, offset):
    x = right(decay, 1.0, 0.0)
    return (math.log(x) - offset) / rate


def the_exponential_alone(decay, rate, offset):
    return (1 / decay - offset) / rate


def where_the_logarithm_vanishes(decay, rate, offset):
    return (1.0 - offset) / rate


WRONG = {
    "a later start, an earlier peak": [offset_forgotten, x_itself, offset_added],
    "a faster clock": [rate_forgotten],
    "the slope vanishes": [lambert_itself, the_exponential_alone, where_the_logarithm_vanishes],
}
