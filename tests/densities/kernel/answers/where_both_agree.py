"""Answers to "where-both-agree": a root finder on the integral of the bracket, and four slips."""

import math

from scipy.integrate import quad
from scipy.optimize import brentq


def _bracket_mass(width, alpha):
    reach = width * math.sqrt(2 / (alpha - 1))

    def bracket(t):
        return max(1 - (t / reach) ** 2, 0.0) ** (1 / (alpha - 1))

    return quad(bracket, -reach, reach)[0]


def right(alpha):
    return brentq(lambda width: _bracket_mass(width, alpha) - 1, 0.01, 10.0)


def one(alpha):
    return 1.0


def as_for_the_gaussian(alpha):
    """The width at which the Gaussian is one at its maximum."""
    return 1 / math.sqrt(2 * math.pi)


def half_support_for_width(alpha):
    return right(alpha) * math.sqrt(2 / (alpha - 1))


def nowhere(alpha):
    return math.inf


WRONG = {
    "a width": [nowhere],
    "one support": [one, as_for_the_gaussian, half_support_for_width],
}
