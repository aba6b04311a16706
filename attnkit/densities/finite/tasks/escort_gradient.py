"""The gradient of a row of weights, from the weights alone."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.densities.finite import entmax

__all__ = ["ESCORT_GRADIENT"]

STEP = 1e-5


def rows(generator, variant):
    """Rows whose support does not change within the step of the difference quotient."""
    for n_keys in (2, 5, 61):
        for alpha in (1.5, 1.0, variant["alpha"], 2.0, 3.0):
            draws = torch.randn(3, n_keys, generator=generator, dtype=torch.float64)
            scores, upstream, direction = 1.5 * draws[0], draws[1], draws[2]
            ends = [entmax(scores + side * STEP * direction, alpha) > 0 for side in (-1, 1)]
            if torch.equal(*ends):
                yield {
                    "scores": scores,
                    "upstream": upstream,
                    "direction": direction,
                    "alpha": alpha,
                }


@law("no pull on a constant", "The gradient sums to zero over the keys.", cases=rows)
def no_pull_on_a_constant(answer, scores, upstream, direction, alpha):
    pulls = answer(entmax(scores, alpha), upstream, alpha)
    return compare.against(pulls.sum(), 0.0, what="the sum of the entries", tolerance=1e-8)


@law("nothing without weight", "A key without weight has no gradient.", cases=rows)
def no_weight_no_gradient(answer, scores, upstream, direction, alpha):
    weights = entmax(scores, alpha)
    outside = answer(weights, upstream, alpha).masked_fill(weights > 0, 0.0)
    return compare.against(outside, 0 * outside, what="the gradient of a key without weight")


@law("symmetric", "The derivative of weights in scores is a symmetric matrix.", cases=rows)
def symmetric(answer, scores, upstream, direction, alpha):
    weights = entmax(scores, alpha)
    one_way = answer(weights, upstream, alpha) @ direction
    other_way = answer(weights, direction, alpha) @ upstream
    if not compare.agree(one_way, other_way, tolerance=1e-8):
        return "with `upstream` and `direction` exchanged their product with the result changes"
    return None


@law("slope", "The gradient agrees with a difference quotient of the weights.", cases=rows)
def slope(answer, scores, upstream, direction, alpha):
    ahead, behind = (entmax(scores + side * STEP * direction, alpha) for side in (1, -1))
    measured = upstream @ (ahead - behind) / (2 * STEP)
    said = answer(entmax(scores, alpha), upstream, alpha) @ direction
    return compare.against(said, measured, what="your slope along `direction`")


ESCORT_GRADIENT = Task(
    name="escort-gradient",
    title="A gradient that needs no scores",
    kind="implement",
    difficulty=3,
    minutes=40,
    statement=r"""
Write `backward(weights, upstream, alpha)`. It gets the weights $p$ that $\alpha$-entmax gave for
some scores $z$, a vector $u$ (the gradient of a loss in $p$) and any $\alpha \ge 1$, but **not**
the scores. It returns the gradient of the loss in $z$, that is $J^\top u$ with
$J_{{ij}} = \partial p_i / \partial z_j$. One formula must serve softmax, sparsemax and everything
beyond; ${alpha}$ and 3 will be among the $\alpha$ tried.
""",
    hints=(
        "Differentiate the equation for a key with positive weight. Remember that τ moves when a "
        "score does.",
        "On the support, $dp_i$ is a power of $p_i$ times $(dz_i - d\\tau)$. The power need not be "
        "computed from the scores. And the $dp_i$ sum to something you know, which gives $d\\tau$.",
        "Write $s_i$ for that power on the support and zero elsewhere. Then $d\\tau$ is the mean "
        "of the $dz_i$ under the normalised $s$, and the matrix that comes out is a covariance "
        "under it, up to a factor. Beware of what $0^0$ and $0^{-1}$ are on a computer.",
    ),
    placeholder='''
def backward(weights, upstream, alpha):
    """Gradient in the scores (key,), from weights (key,) and the gradient in them (key,)."""
    return weights * float("nan")
''',
    laws=(no_pull_on_a_constant, no_weight_no_gradient, symmetric, slope),
    variants={"alpha": (1.25, 1.3, 1.7, 2.5)},
)
