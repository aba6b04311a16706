"""Closed forms for the isotropic task: x ~ N(0, I), w ~ N(0, I/d), noise of variance sigma^2.

Every risk is E (prediction - y_q)^2 with the query's own label noise included, so that
S = 1 + sigma^2 is the risk of answering 0. All functions take numbers, or floating-point tensors
that broadcast: d and L from 1 to 1e12, sigma^2 positive and below 1e12, rates at most 1e12 in
size. They raise TypeError or ValueError for any others and name the argument.
"""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = [
    "asymptotic_bayes_risk",
    "debiased_gradient_descent_rate",
    "debiased_gradient_descent_risk",
    "gradient_descent_rate",
    "gradient_descent_risk",
    "small_scale_risk",
]

Number = float | Tensor
Batch = Float[Tensor, "*#batch"]
Size = Annotated[float | Batch, Range(1, 1e12)]
Noise = Annotated[float | Batch, Range(0, 1e12, open=True)]
Rate = Annotated[float | Batch, Range(-1e12, 1e12)]
PerHead = Annotated[Float[Tensor, "*#batch heads"], Range(-1e12, 1e12)]


@checked
def gradient_descent_rate(d: Size, n_examples: Size, noise_variance: Noise) -> Number:
    r"""Best rate of one plain step: 1 / (1 + (d + 1)/L + sigma^2 d/L).

    Parameters
    ----------
    d, n_examples : number or Tensor
        Dimension of the inputs and length L of the prompt, (\*batch,), from 1 to 1e12.
    noise_variance : number or Tensor
        Label noise sigma^2, (\*batch,), positive and below 1e12.

    Returns
    -------
    number or Tensor
        A number of numbers; (\*batch,) where an argument is a tensor.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument, and shapes that do not broadcast.

    References
    ----------
    Derived here from the second and fourth moments of Gaussian inputs.
    """
    return 1 / (1 + (d + 1 + noise_variance * d) / n_examples)


@checked
def gradient_descent_risk(
    d: Size, n_examples: Size, noise_variance: Noise, *, rate: Rate | None = None
) -> Number:
    r"""Risk of one plain step at `rate`, or at the best rate: S - 2 p + p^2 / best.

    A rate kept while the prompt grows is a frozen normaliser in disguise: linear attention that
    was trained with 1/L and keeps it at length M takes a step of rate p M / L.

    Parameters
    ----------
    d, n_examples : number or Tensor
        Dimension of the inputs and length L of the prompt, (\*batch,), from 1 to 1e12.
    noise_variance : number or Tensor
        Label noise sigma^2, (\*batch,), positive and below 1e12.
    rate : number or Tensor, optional
        Rate p of the step, (\*batch,), at most 1e12 in size; the best one if left out.

    Returns
    -------
    number or Tensor
        A number of numbers; (\*batch,) where an argument is a tensor.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument, and shapes that do not broadcast.

    References
    ----------
    Derived here from the second and fourth moments of Gaussian inputs.
    """
    best = gradient_descent_rate(d, n_examples, noise_variance)
    rate = best if rate is None else rate
    return 1 + noise_variance - 2 * rate + rate**2 / best


@checked
def debiased_gradient_descent_rate(d: Size, n_examples: Size, noise_variance: Noise) -> Number:
    r"""Best rate of one step on centred inputs: 1 / (1 + S d/L), S = 1 + sigma^2.

    Parameters
    ----------
    d, n_examples : number or Tensor
        Dimension of the inputs and length L of the prompt, (\*batch,), from 1 to 1e12.
    noise_variance : number or Tensor
        Label noise sigma^2, (\*batch,), positive and below 1e12.

    Returns
    -------
    number or Tensor
        A number of numbers; (\*batch,) where an argument is a tensor.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument, and shapes that do not broadcast.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734, where it is 1 / (1 + (1 + sigma^2) d/L); derived
    here.
    """
    return 1 / (1 + (1 + noise_variance) * d / n_examples)


@checked
def debiased_gradient_descent_risk(
    d: Size, n_examples: Size, noise_variance: Noise, *, rate: Rate | None = None
) -> Number:
    r"""Risk of one step on centred inputs: S - (1 - 1/L) (2 p - p^2 / best).

    At the best rate it is S - (L - 1) / (L + d S).

    Parameters
    ----------
    d, n_examples : number or Tensor
        Dimension of the inputs and length L of the prompt, (\*batch,), from 1 to 1e12.
    noise_variance : number or Tensor
        Label noise sigma^2, (\*batch,), positive and below 1e12.
    rate : number or Tensor, optional
        Rate p of the step, (\*batch,), at most 1e12 in size; the best one if left out.

    Returns
    -------
    number or Tensor
        A number of numbers; (\*batch,) where an argument is a tensor.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument, and shapes that do not broadcast.

    References
    ----------
    Derived here from the moments of a Wishart matrix with L - 1 degrees of freedom.
    """
    best = debiased_gradient_descent_rate(d, n_examples, noise_variance)
    rate = best if rate is None else rate
    return 1 + noise_variance - (1 - 1 / n_examples) * (2 * rate - rate**2 / best)


@checked
def small_scale_risk(
    scales: PerHead,
    gains: PerHead,
    d: Annotated[float, Range(1, 1e12)],
    n_examples: Annotated[float, Range(1, 1e12)],
    noise_variance: Annotated[float, Range(0, 1e12, open=True)],
) -> Float[Tensor, "*batch"]:
    r"""Risk of softmax heads in the limit of small scales, to second order in each omega_h.

    S - (1 - 1/L) (2 p - p^2 / best) + (S/L) z^2 with p = sum_h mu_h omega_h, z = sum_h mu_h. The
    first part is debiased gradient descent at rate p, the second is what heads of one sign pay:
    the best has p at the best rate and z = 0, which takes a positive and a negative head.

    Parameters
    ----------
    scales, gains : Tensor
        omega_h and mu_h, (\*batch, heads), at most 1e12 in size.
    d, n_examples : number
        From 1 to 1e12.
    noise_variance : number
        sigma^2, positive and below 1e12.

    Returns
    -------
    Tensor
        (\*batch,).

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument, and shapes that do not broadcast.

    References
    ----------
    Derived here from softmax(omega a)_l = (1 + omega (a_l - mean a)) / L + O(omega^2).
    """
    rate, total = (scales * gains).sum(-1), (gains + torch.zeros_like(scales)).sum(-1)
    best = debiased_gradient_descent_rate(d, n_examples, noise_variance)
    debiased = 1 + noise_variance - (1 - 1 / n_examples) * (2 * rate - rate**2 / best)
    return debiased + (1 + noise_variance) / n_examples * total**2


@checked
def asymptotic_bayes_risk(
    ratio: Annotated[float | Batch, Range(1e-12, 1e12)],
    noise_variance: Annotated[float | Batch, Range(1e-12, 1e12)],
) -> Number:
    r"""Risk of Bayes ridge as d, L grow with d/L = ratio g: 1 / (g v).

    v > 0 solves 1/v = g sigma^2 + g / (1 + v). The posterior covariance is
    sigma^2 (X'X + sigma^2 d I)^(-1), so the risk is sigma^2 (1 + tr (X'X + sigma^2 d I)^(-1)), and
    the Marchenko-Pastur law gives the trace.

    Parameters
    ----------
    ratio : number or Tensor
        d/L, (\*batch,), from 1e-12 to 1e12.
    noise_variance : number or Tensor
        Label noise sigma^2, (\*batch,), from 1e-12 to 1e12.

    Returns
    -------
    number or Tensor
        A number of numbers; (\*batch,) where an argument is a tensor.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument, and shapes that do not broadcast.

    References
    ----------
    Marchenko and Pastur (1967) for the trace; the risk is derived here from it.
    """
    penalty = ratio * noise_variance
    slope = 1 - penalty - ratio
    discriminant = (slope**2 + 4 * penalty) ** 0.5
    size = abs(slope) + discriminant  # 1/(g v) in the form without cancellation, by slope's sign
    few, many = 2 * noise_variance / size, size / (2 * ratio)
    if isinstance(slope, Tensor):
        return torch.where(slope >= 0, few, many)
    return few if slope >= 0 else many
