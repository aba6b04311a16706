"""Follow the spectral norm of a matrix that training moves."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["POWER_ITERATION"]


def steps(generator, variant):
    """Matrices of growing size with a left vector to begin from."""
    for shape in ((1, 1), (2, 3), (variant["n_rows"], 5)):
        matrix = torch.randn(shape, generator=generator, dtype=torch.float64)
        left = torch.randn(shape[0], generator=generator, dtype=torch.float64)
        yield {"weight": matrix, "left": left / left.norm()}


def settled(generator, variant):
    """The same, begun from the leading singular vector."""
    for case in steps(generator, variant):
        left = torch.linalg.svd(case["weight"])[0][:, 0]
        yield {"weight": case["weight"], "left": left.clone()}


@law("unit vectors", "The vector that is kept has length one.", cases=steps)
def unit_vectors(answer, weight, left):
    return compare.against(answer(weight, left)[1].norm(), 1.0, what="its length")


@law("never above", "The estimate is at most the largest singular value.", cases=steps)
def never_above(answer, weight, left):
    largest = torch.linalg.svdvals(weight)[0]
    return compare.at_most(answer(weight, left)[0], largest, what="the estimate")


@law("at rest", "From the leading singular vector the estimate is exact.", cases=settled)
def at_rest(answer, weight, left):
    return compare.against(
        answer(weight, left)[0], torch.linalg.svdvals(weight)[0], what="the estimate"
    )


@law("one step", "Each call makes one step there and back, and no more.", cases=steps)
def one_step(answer, weight, left):
    moved = weight @ weight.mT @ left
    wanted = moved / moved.norm()
    return compare.against(answer(weight, left)[1], wanted, what="the vector that is kept")


@law("the gradient", "The slope of the estimate is the product of its two vectors.", cases=settled)
def the_gradient(answer, weight, left):
    leaf = weight.clone().requires_grad_()
    estimate, _ = answer(leaf, left)
    outer = torch.linalg.svd(weight)
    wanted = torch.outer(outer[0][:, 0], outer[2][0])
    return compare.against(compare.gradient(estimate, leaf), wanted, what="the slope")


POWER_ITERATION = Task(
    name="power-iteration",
    title="A norm that is followed, not computed",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
Training moves a weight a little at each step, so its spectral norm need not be computed anew: one
step of the power method keeps up. Write `followed_norm(weight, left)`, without anything of attnkit:
from the left vector kept so far, find the right one, then the new left one, and return the estimate
$u^\top W v$ with the new $u$. The vectors count as constants for the gradient; $W$ does not. It is
held to matrices of {n_rows} rows.
""",
    hints=(
        "Which product turns a vector of rows into a vector of columns?",
        "Apply the transposed matrix, make the length one, apply the matrix, make the length one.",
        "Find the vectors from a detached matrix, and the estimate from the one that was given.",
    ),
    placeholder='''
def followed_norm(weight, left):
    """Estimate of the norm of weight (row, column), and the next left vector (row,)."""
    return torch.full((), float("nan"), dtype=weight.dtype), torch.full_like(left, float("nan"))
''',
    laws=(unit_vectors, never_above, at_rest, one_step, the_gradient),
    variants={"n_rows": (7, 11, 13)},
    library={},
)
