"""Answers to "two-pieces": by searching over the height, and three slips."""

from scipy.optimize import brentq


def right(shape, spacing, valley, alpha):
    """The search that the formula spares: mass above the valley's level against height."""

    def excess(height):
        raised = ((alpha - 1) * height * (shape - valley)).clamp(min=0) ** (1 / (alpha - 1))
        return float(spacing * raised.sum()) - 1

    return brentq(excess, 1e-6, 1e6, xtol=1e-12)


def gap_of_a_row(shape, spacing, valley, alpha):
    """Takes the criterion for one-hot rows for one of valleys."""
    return 1 / ((alpha - 1) * (shape.max() - valley))


def spacing_forgotten(shape, spacing, valley, alpha):
    above = ((alpha - 1) * (shape - valley)).clamp(min=0)
    return ((above ** (1 / (alpha - 1))).sum()) ** (1 - alpha)


def power_upside_down(shape, spacing, valley, alpha):
    return 1 / right(shape, spacing, valley, alpha) ** (1 / (alpha - 1))


def never(shape, spacing, valley, alpha):
    return float("inf")


WRONG = {
    "a height": [never],
    "one piece below": [gap_of_a_row],
    "two pieces above": [spacing_forgotten],
}
