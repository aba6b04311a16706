"""A landmark from two numbers: the mean and the variance of a block's scores."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["MOMENT_LANDMARK"]


def blocks(generator, variant):
    """Scores of blocks of two keys and more."""
    for size in (2, 7, variant["size"]):
        yield {"scores": torch.randn(size, generator=generator, dtype=torch.float64)}


def landmark(answer, scores):
    return answer(scores.mean().item(), scores.var(correction=0).item(), len(scores))


@law("equal scores", "A block of equal scores has the log-sum-exp that they have.", cases=blocks)
def equal_scores(answer, scores):
    equal = scores[0].expand(len(scores))
    wanted = equal.logsumexp(-1)
    return compare.against(landmark(answer, equal), wanted, what="the landmark of equal scores")


@law("a constant", "A constant added to every score is added to the landmark.", cases=blocks)
def a_constant(answer, scores):
    moved, usual = (landmark(answer, each) for each in (scores + 2.5, scores))
    return compare.against(moved - usual, 2.5, what="the change of the landmark")


@law("unequal scores", "More spread about the same mean never lowers a landmark.", cases=blocks)
def unequal_scores(answer, scores):
    wide, usual = (landmark(answer, s * (scores - scores.mean())) for s in (2, 1))
    return compare.at_least(wide, usual, what="the landmark of twice the spread")


@law("small spread", "For nearly equal scores the error is of third order.", cases=blocks)
def small_spread(answer, scores):
    near = 1e-3 * scores
    millionths = 1e6 * (landmark(answer, near) - near.logsumexp(-1).item())
    return compare.against(millionths, 0.0, what="the error in millionths", tolerance=0.01)


MOMENT_LANDMARK = Task(
    name="moment-landmark",
    title="A landmark from two moments",
    kind="derive",
    difficulty=3,
    minutes=30,
    statement=r"""
The exact landmark of a block is the log-sum-exp of its scores; the mean key has it to first order.
Keep the covariance of the block's keys too, and every query knows mean and variance of its scores
there. Derive the landmark to second order and write it as `landmark_of(mean, variance, n_keys)`,
without anything of attnkit; the variance is the mean square of the scores less their mean. Try it
on {size} normal scores.
""",
    hints=(
        "Take the mean out of the sum first: what remains has mean zero.",
        "Expand the exponential to second order and take the mean over the block.",
        "The logarithm of one plus something small is that small number, to this order.",
    ),
    placeholder='''
def landmark_of(mean, variance, n_keys):
    """The landmark, to second order, of n_keys scores with this mean and variance."""
    return float("nan")
''',
    laws=(equal_scores, a_constant, unequal_scores, small_spread),
    variants={"size": (16, 32, 64)},
    library={},
)
