"""Mean and spread of a matrix's eigenvalues, from traces alone."""

import torch

from attnkit.concentration.eigenspectrum.ensemble import score_matrix
from attnkit.coursework import Task, compare, law

__all__ = ["SPECTRUM_FROM_TRACES"]


def normal(generator, *shape):
    """Normal numbers in double precision."""
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def matrices(generator, variant):
    """Square matrices, from one row on."""
    for width in (1, 2, variant["width"]):
        yield {"matrix": normal(generator, width, width)}


def known_spectra(generator, variant):
    """Symmetric matrices, turned at random, whose eigenvalues have a known mean and spread."""
    for mean, spread in ((0.0, 1.0), (variant["mean"], 0.0), (-1.0, 0.5)):
        width = variant["width"]
        matrix = score_matrix(width, mean * width, spread, generator=generator)
        yield {"matrix": matrix, "mean": mean, "spread": spread}


@law("what a token sees", "An antisymmetric part, zero in x W x, changes nothing.", cases=matrices)
def what_a_token_sees(answer, matrix):
    other = torch.ones_like(matrix).triu(1)
    return compare.against(
        answer(matrix + other - other.mT), answer(matrix), what="the pair, an odd part added,"
    )


@law(
    "a shift",
    "Adding 3 to every eigenvalue moves the mean by 3 and leaves the spread.",
    cases=matrices,
)
def a_shift(answer, matrix):
    moved = torch.tensor([3.0, 0.0], dtype=torch.float64)
    shifted = answer(matrix + 3 * torch.eye(len(matrix), dtype=matrix.dtype))
    return compare.against(shifted, answer(matrix) + moved, what="the pair, shifted,")


@law(
    "known spectra",
    "A drawn matrix has the mean and spread it was drawn with.",
    cases=known_spectra,
)
def known(answer, matrix, mean, spread):
    wanted = torch.tensor([mean, spread], dtype=torch.float64)
    return compare.against(answer(matrix), wanted, what="the pair")


@law("an eigenvalue solver", "Both are those of the symmetric part's eigenvalues.", cases=matrices)
def solver(answer, matrix):
    values = torch.linalg.eigvalsh((matrix + matrix.mT) / 2)
    wanted = torch.stack([values.mean(), values.std(correction=0)])
    return compare.against(answer(matrix), wanted, what="the pair")


SPECTRUM_FROM_TRACES = Task(
    name="spectrum-from-traces",
    title="A spectrum without eigenvalues",
    kind="implement",
    difficulty=1,
    minutes=25,
    statement=r"""
A head scores a token with itself by $x^\top W x$. Write `mean_and_spread(matrix)`, which returns
the mean and the standard deviation of the eigenvalues that this form has, as a tensor of two
numbers, without computing a single eigenvalue and without anything of attnkit. $W$ need not be
symmetric: decide first which part of it a token scored with itself can see. Try it at width
{width}, on a matrix whose eigenvalues are all {mean}.
""",
    hints=(
        "What becomes of the form when W and its transpose change places?",
        "The sum of all eigenvalues, and that of their squares, are both traces.",
        "Take the mean off the diagonal first, so that nothing large cancels; square the rest.",
    ),
    placeholder='''
def mean_and_spread(matrix):
    """Mean and standard deviation (2,) of the eigenvalues of a matrix (feature, feature)."""
    return torch.full((2,), float("nan"), dtype=matrix.dtype)
''',
    laws=(what_a_token_sees, a_shift, known, solver),
    variants={"width": (5, 7, 11), "mean": (0.5, 2.0)},
    library={},
)
