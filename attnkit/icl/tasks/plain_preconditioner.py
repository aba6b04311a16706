"""The best matrix for one plain step on inputs that are not round."""

import torch
from torch import Tensor

from attnkit.coursework import Task, compare, law
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.tasks.drawn_prompts import random_priors
from attnkit.icl.theory import gradient_descent_rate, preconditioner_risk

__all__ = ["PLAIN_PRECONDITIONER"]


def _round(generator, variant):
    for d, n_examples in ((1, 2), (2, 5), (variant["d"], variant["n_examples"])):
        yield {"d": d, "n_examples": n_examples, "noise": variant["noise"]}


def _any(generator, variant):
    for each in _round(generator, variant):
        covariance, prior = random_priors(generator, 2, each["d"])
        yield each | {"covariance": covariance * each["d"], "prior": prior}


def _asked(answer, covariance: Tensor, prior: Tensor, *, n_examples: int, noise: float) -> Tensor:
    return answer(covariance, prior, n_examples=n_examples, noise_variance=noise)


@law("round inputs", "On round inputs the matrix is the best single rate.", cases=_round)
def _best_rate(answer, *, d, n_examples, noise):
    eye = torch.eye(d, dtype=torch.float64)
    wanted = gradient_descent_rate(d, n_examples, noise) * eye
    got = _asked(answer, eye, eye / d, n_examples=n_examples, noise=noise)
    return compare.against(got, wanted, what="the matrix")


@law(
    "many examples",
    "With more and more examples the matrix forgets prior and noise.",
    cases=_any,
)
def _long_prompts(answer, *, d, n_examples, noise, covariance, prior):
    limit = torch.linalg.inv(covariance)
    got = _asked(answer, covariance, prior, n_examples=10**12, noise=noise)
    return compare.against(got, limit, tolerance=1e-4, what="the matrix")


@law("no slope left", "The slope of the risk vanishes at the matrix.", cases=_any)
def _stationary(answer, *, d, n_examples, noise, covariance, prior):
    task = RegressionTask(d, n_examples, noise, covariance=covariance, prior=prior)
    matrix = _asked(answer, covariance, prior, n_examples=n_examples, noise=noise)
    matrix = matrix.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(preconditioner_risk(task, matrix).sum(), matrix)
    if slope.abs().max() <= 1e-7 * (1 + noise) * covariance.square().sum():
        return None
    longer = (slope * matrix.detach()).sum() < 0
    return f"a {'larger' if longer else 'smaller'} or turned matrix has a smaller risk"


PLAIN_PRECONDITIONER = Task(
    name="plain-preconditioner",
    title="A matrix in place of the rate",
    kind="implement",
    difficulty=3,
    minutes=45,
    statement=r"""
Inputs $x\sim\mathcal N(0,C)$, weights $w\sim\mathcal N(0,B)$, noise of variance $\sigma^2$, and
one *plain* step with a matrix, $\frac1L\sum_l y_l\langle x_l, P x_q\rangle$. The chapter gives
the best $P$ for centred inputs. Derive it for inputs that are not centred and write
`best_matrix(covariance, prior, *, n_examples, noise_variance)`; both matrices are (d, d) and
positive definite, the result is (d, d). Here $d = {d}$, $L = {n_examples}$,
$\sigma^2 = {noise}$.
""",
    hints=(
        "The moment $m = \\frac1L\\sum_l y_l x_l$ is all that the step knows. Which mean and which "
        "mean square of it does the risk need?",
        "Centring takes one degree of freedom from the Wishart matrix. Without it there are $L$. "
        "Go through the terms of the mean square one by one: which of them changes by more than "
        "a common factor?",
        "Set the slope of the quadratic to zero and cancel $C$ from the left and the right; look "
        "at the order of the factors before you solve.",
    ),
    placeholder='''
def best_matrix(covariance, prior, *, n_examples, noise_variance):
    """The matrix of least risk for one step without centring."""
    return torch.full_like(covariance, float("nan"))
''',
    laws=(_best_rate, _long_prompts, _stationary),
    variants={"d": (5, 3, 4), "n_examples": (40, 12, 20), "noise": (0.1, 0.5, 1.0)},
)
