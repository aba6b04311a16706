"""The threshold of a row: the one number that makes the weights sum to one."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["ENTMAX_THRESHOLD"]


def rows(generator, variant):
    """Rows from two keys to many, the variant's alpha first."""
    for n_keys in (2, 3, 7, 401):
        for alpha in (variant["alpha"], 1.25, 3.0):
            scores = 2 * torch.randn(n_keys, generator=generator, dtype=torch.float64)
            yield {"scores": scores, "alpha": alpha}


@law("shift", "Adding a constant to every score adds it to the threshold.", cases=rows)
def shift(answer, scores, alpha):
    risen = answer(scores + 100.0, alpha) - answer(scores, alpha)
    return compare.against(
        risen, 100.0, what=("the threshold's rise when 100 is added to each score")
    )


@law("order of the keys", "The threshold does not depend on the order of the keys.", cases=rows)
def order(answer, scores, alpha):
    ascending = scores.sort().values
    given = answer(scores, alpha)
    if not all(compare.agree(answer(row, alpha), given) for row in (ascending, ascending.flip(0))):
        return "the threshold changes when the keys are put in another order"
    return None


@law(
    "reach",
    "The threshold is below the best score, but not so far that the best key alone has more than "
    "all the weight.",
    cases=rows,
)
def reach(answer, scores, alpha):
    depth = float(scores.max()) - answer(scores, alpha)
    if depth <= 0:
        return "the threshold is not below the best score, so no key has any weight"
    return compare.at_most((alpha - 1) * depth, 1.0, what="the best key's weight")


@law("mass one", "The weights built from the threshold sum to one.", cases=rows)
def mass_one(answer, scores, alpha):
    heights = ((alpha - 1) * (scores - answer(scores, alpha))).clamp(min=0)
    return compare.against((heights ** (1 / (alpha - 1))).sum(), 1.0, what="the sum of the weights")


ENTMAX_THRESHOLD = Task(
    name="entmax-threshold",
    title="Find the line",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Write `entmax_threshold(scores, alpha)`: the threshold $\tau$ of $\alpha$-entmax for one row of
scores (a float64 tensor, in any order) and any $\alpha > 1$, so that the weights
$[(\alpha-1)(z_i-\tau)]_+^{{1/(\alpha-1)}}$ sum to one within $10^{{-6}}$. Do it without a solver
of attnkit. Yours will be tried at $\alpha = {alpha}$ first, and on rows of up to 401 keys.
""",
    hints=(
        "The sum of the weights, as a function of τ alone, is continuous and falls until it is "
        "zero. What does that allow?",
        "You need an interval that is sure to hold the root, wherever the scores lie. At which τ "
        "does the best key alone fill the row? At which is nobody left?",
        "Halve that interval, which is measured from the best score, each time keeping the half "
        "in which the sum passes one. The sum can be steep in τ, so halve more often than the "
        "accuracy of τ alone would ask.",
    ),
    placeholder='''
def entmax_threshold(scores, alpha):
    """The threshold of alpha-entmax for a row of scores (key,), as a number."""
    return float("nan")
''',
    laws=(shift, order, reach, mass_one),
    library={},
    variants={"alpha": (1.5, 1.4, 1.6, 1.75, 2.5)},
)
