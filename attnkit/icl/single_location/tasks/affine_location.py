"""Derive the least risk of linear attention that has a constant beside its score."""

import itertools

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["AFFINE_LOCATION"]


def rows(generator, variant):
    """Short rows with marks of every size."""
    for n_tokens in (2, 3, variant["n_tokens"]):
        yield {"n_tokens": n_tokens, "signal": 0.3 + 5 * torch.rand((), generator=generator).item()}


def least_squares(n_tokens: int, signal: float) -> float:
    """The risk, over scores of plus or minus one: only their first two moments have a say."""
    signs = torch.tensor([*itertools.product((-1.0, 1.0), repeat=n_tokens)], dtype=torch.float64)
    signs[:, 0] += signal**0.5
    wanted = torch.zeros_like(signs)
    wanted[:, 0] = 1
    design = torch.stack([torch.ones(signs.numel()).double(), signs.flatten()], -1)
    fitted = design @ torch.linalg.lstsq(design, wanted.flatten()[:, None]).solution
    return ((fitted[:, 0] - wanted.flatten()).square().sum() / len(signs)).item()


@law("one token", "A row of one token leaves no risk, whatever the mark.", cases=rows)
def one_token(answer, n_tokens, signal):
    return compare.against(answer(1, signal), 0.0, what="the risk in a row of one token")


@law("no mark", "Without a mark the best guess is the mean of all contents.", cases=rows)
def no_mark(answer, n_tokens, signal):
    wanted = 1 - 1 / n_tokens
    return compare.against(answer(n_tokens, 0.0), wanted, what="the risk without a mark")


@law("a long row", "At one mark the risk of a very long row is that of answering 0.", cases=rows)
def long_row(answer, n_tokens, signal):
    found = answer(10**9, signal)
    return compare.against(found, 1.0, what="the risk of a very long row", tolerance=1e-6)


@law("least squares", "It is the least mean squared error of two coefficients.", cases=rows)
def of_least_squares(answer, n_tokens, signal):
    wanted = least_squares(n_tokens, signal)
    return compare.against(answer(n_tokens, signal), wanted, what="the risk")


AFFINE_LOCATION = Task(
    name="affine-location",
    title="A constant beside the score",
    kind="derive",
    difficulty=2,
    minutes=30,
    statement=r"""
Linear attention that weighs token $l$ by $a + c \langle k, x_l \rangle$ can at least take the
mean of all contents. Derive its least risk over $a$ and $c$ for a row of $L$ tokens, one of which
has a mark of squared length $\nu$; there is no noise on the label, and $k$, $v$ are unit vectors
at right angles. Write it as `affine_risk(n_tokens, signal)`, without anything of attnkit. Then
compare: how much does the constant buy at {n_tokens} tokens and $\nu = 16$?
""",
    hints=(
        "The contents are independent of the scores: a sum over the tokens' weights is left.",
        "You need the mean of the weight of the marked token, and the mean of all squared weights.",
        "Two equations for two unknowns; the risk is one less the inner product of both sides.",
    ),
    placeholder='''
def affine_risk(n_tokens, signal):
    """Least risk of weights a + c <k, x_l> on a row of so many tokens."""
    return float("nan")
''',
    laws=(one_token, no_mark, long_row, of_least_squares),
    variants={"n_tokens": (5, 6, 7)},
    library={},
)
