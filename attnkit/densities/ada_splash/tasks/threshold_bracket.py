"""Bracket a threshold by counting keys in bins."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.densities import sparsemax

__all__ = ["COUNT_AND_BRACKET"]


def rows(generator, variant):
    """Rows of a few keys and of many, narrow and wide, with the variant's bins."""
    for n_keys, spread in ((1, 1.0), (7, 0.2), (31, 1.0), (211, 0.5)):
        scores = spread * torch.randn(n_keys, generator=generator, dtype=torch.float64)
        yield {"scores": scores, "n_bins": variant["n_bins"]}


@law("width of a bin", "The two ends are one bin apart.", cases=rows)
def width_of_a_bin(answer, scores, n_bins):
    low, high = answer(scores, n_bins)
    return compare.against(high - low, 1 / n_bins, what="the width")


@law("goes along", "A number added to every score moves both ends by as much.", cases=rows)
def goes_along(answer, scores, n_bins):
    moved = answer(scores + 0.37, n_bins) - answer(scores, n_bins)
    return compare.against(moved, torch.full((2,), 0.37), what="how far the ends moved")


@law("holds the threshold", "The threshold of the row lies between the ends.", cases=rows)
def holds_the_threshold(answer, scores, n_bins):
    low, high = answer(scores, n_bins)
    root = scores.max() - sparsemax(scores).max()
    if low > root + 1e-9:
        return "the lower end is above the threshold"
    return "the upper end is below the threshold" if high < root - 1e-9 else None


@law("of the rounded row", "The lower end is the threshold of the row rounded down.", cases=rows)
def of_the_rounded_row(answer, scores, n_bins):
    below = torch.floor((scores - scores.max()) * n_bins) / n_bins
    root = scores.max() - sparsemax(below).max()
    return compare.against(answer(scores, n_bins)[0], root, what="the lower end")


COUNT_AND_BRACKET = Task(
    name="threshold-bracket",
    title="Count, and bracket the threshold",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Sparsemax needs the $\tau$ at which $\sum_i [z_i - \tau]_+ = 1$. Write
`bracket_by_counts(scores, n_bins)` for one row of scores, without anything of attnkit: a tensor of
two numbers, one bin apart, with the threshold surely between them. There are {n_bins} bins, say,
between the best score minus one and the best.
Count how many keys lie in each bin, round every score down to the lower edge of its bin, and return
the threshold of the rounded row as the lower end. Why can the true one be no more than a bin away?
""",
    hints=(
        "If every score goes down a little, where does the threshold go?",
        "Measure the scores from the best one, so that it stands on an edge itself.",
        "A bin added to every rounded score lifts all above the true ones: which threshold?",
    ),
    placeholder='''
def bracket_by_counts(scores, n_bins):
    """Ends (2,) of a bracket of width 1 / n_bins around the threshold of sparsemax."""
    return torch.full((2,), float("nan"), dtype=scores.dtype)
''',
    laws=(width_of_a_bin, goes_along, holds_the_threshold, of_the_rounded_row),
    variants={"n_bins": (4, 8, 16)},
    library={},
)
