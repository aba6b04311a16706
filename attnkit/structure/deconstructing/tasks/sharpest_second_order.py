"""How much weight can the exponential's first three terms give to one key?"""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SHARPEST_SECOND_ORDER"]

GRID = torch.linspace(0, 1, 2001, dtype=torch.float64)


def rows(generator, variant):
    """Numbers of keys and bounds of the scores, below one and above."""
    for n_keys in (2, 5, variant["n_keys"]):
        for reach in (0.3, 0.9, 1.5, 2.0 + 3 * torch.rand((), generator=generator).item()):
            yield {"n_keys": n_keys, "reach": reach}


@law("no scores", "Scores that are all zero give one share of n.", cases=rows)
def no_scores(answer, n_keys, reach):
    return compare.against(answer(n_keys, 0.0), 1 / n_keys, what="the weight at scores of zero")


@law("more room", "Scores that may lie further out allow more weight.", cases=rows)
def more_room(answer, n_keys, reach):
    near, far = answer(n_keys, reach), answer(n_keys, reach + 0.2)
    return compare.at_least(far, near + 1e-6, what="the weight with more room")


@law("more rivals", "Odds against all rivals go down as one over their number.", cases=rows)
def more_rivals(answer, n_keys, reach):
    few, many = (
        torch.as_tensor(answer(n, reach), dtype=torch.float64) for n in (n_keys, 2 * n_keys - 1)
    )
    return compare.against(
        2 * many / (1 - many), few / (1 - few), what="twice the odds among twice as many rivals"
    )


@law("nothing beats it", "No scores within the bound give more, and some give as much.", cases=rows)
def nothing_beats_it(answer, n_keys, reach):
    z = reach * (2 * GRID - 1)
    heights = 1 + z + z.square() / 2
    most, least = heights.max(), heights.min()
    best = most / (most + (n_keys - 1) * least)
    return compare.against(answer(n_keys, reach), best, what="the weight", tolerance=1e-5)


SHARPEST_SECOND_ORDER = Task(
    name="sharpest-second-order",
    title="How sharp is the second order?",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
Weights in proportion to $1 + z + z^2/2$ stand in for softmax. Scores of {n_keys} keys, say, may
lie anywhere between $-B$ and $B$. Derive the largest weight that one key can have, and write it
as `sharpest(n_keys, reach)` with $B$ the reach, for any $B \ge 0$ and without anything of
attnkit. What becomes of it as $B$ grows, and what of softmax's? How long must a row be for a half
to be out of reach at $B = 4$?
""",
    hints=(
        "One key shall stand high, and all the others low: how low does the parabola go?",
        "Its lowest point has a derivative of zero; is that point within the bound?",
        "Treat a bound below one by itself, where the rivals stand at the bound's end.",
    ),
    placeholder='''
def sharpest(n_keys, reach):
    """The largest weight of one of n_keys keys whose scores lie within reach of zero."""
    return float("nan")
''',
    laws=(no_scores, more_room, more_rivals, nothing_beats_it),
    variants={"n_keys": (16, 64, 256)},
    library={},
)
