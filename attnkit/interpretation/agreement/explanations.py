"""Ways to say which tokens a number rests on, from the number alone: no weights are looked at."""

from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.validate import require_finite_results

__all__ = [
    "gradient_norm",
    "gradient_times_input",
    "integrated_gradients",
    "leave_one_out",
    "replace_one",
]

Tokens = Annotated[Float[Tensor, "token width"], Finite()]


@checked
def gradient_norm(score: Callable, inputs: Tokens) -> Float[Tensor, " token"]:
    r"""Return how steep the score is in each token, whatever the direction.

    .. math:: e_i = \lVert \partial f / \partial x_i \rVert

    Parameters
    ----------
    score : callable
        f, from tokens (token, width) to one number, differentiable.
    inputs : Tensor
        (token, width), floating point.

    Returns
    -------
    Tensor
        (token,), zero or more, without gradient.

    Raises
    ------
    TypeError, ValueError
        For inputs that are not floating point or not finite; if the score is no number, or has no
        gradient.

    References
    ----------
    K. Simonyan, A. Vedaldi, A. Zisserman. Deep inside convolutional networks. ICLR workshop, 2014.
    """
    return _finite(_gradient(score, inputs).norm(dim=-1), inputs=inputs)


@checked
def gradient_times_input(score: Callable, inputs: Tokens) -> Float[Tensor, " token"]:
    r"""Return the score's change if each token were shrunk to nothing, were the score linear.

    .. math:: e_i = x_i \cdot \partial f / \partial x_i

    Parameters
    ----------
    score : callable
        f, from tokens (token, width) to one number, differentiable.
    inputs : Tensor
        (token, width), floating point.

    Returns
    -------
    Tensor
        (token,), of either sign, without gradient.

    Raises
    ------
    TypeError, ValueError
        For inputs that are not floating point or not finite; if the score is no number, or has no
        gradient.

    References
    ----------
    A. Shrikumar, P. Greenside, A. Kundaje. Learning important features through propagating
    activation differences. ICML, 2017.
    """
    return _finite((_gradient(score, inputs) * inputs.detach()).sum(-1), inputs=inputs)


@checked
def integrated_gradients(
    score: Callable,
    inputs: Tokens,
    baseline: Annotated[Float[Tensor, "#token width"], Finite(), Like("inputs")],
    n_steps: Annotated[int, Range(1, 10_000)] = 16,
) -> Float[Tensor, " token"]:
    r"""Return each token's part of the way from a baseline's score to that of the inputs.

    .. math:: e_i = (x_i - b_i) \cdot \int_0^1
              \frac{\partial f}{\partial x_i}\bigl(b + t (x - b)\bigr)\, dt

    The parts sum to :math:`f(x) - f(b)`, up to the error of the sum over steps.

    Parameters
    ----------
    score : callable
        f, from tokens (token, width) to one number, differentiable.
    inputs : Tensor
        (token, width), floating point.
    baseline : Tensor
        (token, width) or (1, width): what stands for nothing.
    n_steps : int
        Midpoints at which the gradient is taken.

    Returns
    -------
    Tensor
        (token,), of either sign, without gradient.

    Raises
    ------
    TypeError, ValueError
        For inputs or a baseline that are not floating point, not finite, or do not fit; if the
        score is no number, or has no gradient.

    References
    ----------
    M. Sundararajan, A. Taly, Q. Yan. Axiomatic attribution for deep networks. ICML, 2017.
    """
    way = inputs.detach() - baseline.detach()
    places = [(step + 0.5) / n_steps for step in range(n_steps)]
    slopes = [_gradient(score, baseline.detach() + place * way) for place in places]
    return _finite((sum(slopes) / n_steps * way).sum(-1), inputs=inputs, baseline=baseline)


@checked
def leave_one_out(score: Callable, inputs: Tokens) -> Float[Tensor, " token"]:
    r"""Return what the score loses when each token is deleted, and the others move together.

    .. math:: e_i = f(x) - f(x_{\setminus i})

    Parameters
    ----------
    score : callable
        f, from tokens (token, width) to one number. It is called on one token fewer: where there
        is one token only, on none.
    inputs : Tensor
        (token, width), floating point.

    Returns
    -------
    Tensor
        (token,), of either sign, without gradient.

    Raises
    ------
    TypeError, ValueError
        For inputs that are not floating point or not finite; if the score is no number.

    References
    ----------
    S. Jain, B. Wallace. Attention is not explanation. NAACL, 2019.
    """
    others = [torch.cat([inputs[:i], inputs[i + 1 :]]) for i in range(len(inputs))]
    return _finite(_losses(score, inputs, others), inputs=inputs)


@checked
def replace_one(
    score: Callable,
    inputs: Tokens,
    substitute: Annotated[Float[Tensor, " width"], Finite(), Like("inputs")],
) -> Float[Tensor, " token"]:
    r"""Return what the score loses when each token is replaced, and the others stay in place.

    .. math:: e_i = f(x) - f(x_1, \dots, x_{i-1}, b, x_{i+1}, \dots, x_n)

    Parameters
    ----------
    score : callable
        f, from tokens (token, width) to one number.
    inputs : Tensor
        (token, width), floating point.
    substitute : Tensor
        (width,): what stands for nothing, a model's [MASK] for instance.

    Returns
    -------
    Tensor
        (token,), of either sign, without gradient.

    Raises
    ------
    TypeError, ValueError
        For inputs or a substitute that are not floating point, not finite, or do not fit; if the
        score is no number.

    References
    ----------
    M. Zeiler, R. Fergus. Visualizing and understanding convolutional networks. ECCV, 2014.
    """
    here = torch.eye(len(inputs), dtype=torch.bool, device=inputs.device)
    changed = [torch.where(row[:, None], substitute, inputs) for row in here]
    return _finite(_losses(score, inputs, changed), inputs=inputs, substitute=substitute)


def _number(score: Callable, inputs: Tensor) -> Tensor:
    found = score(inputs)
    if not isinstance(found, Tensor) or found.numel() != 1:
        shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
        raise ValueError(f"score must return a tensor of one number, got {shape}")
    return found.reshape(())


def _gradient(score: Callable, inputs: Tensor) -> Tensor:
    with torch.inference_mode(False), torch.enable_grad():
        leaf = inputs.detach().clone().requires_grad_()
        found = _number(score, leaf)
        if not found.requires_grad:
            raise ValueError("score must be differentiable in its inputs, got a constant")
        return torch.autograd.grad(found, leaf, materialize_grads=True)[0]


@torch.no_grad()
def _losses(score: Callable, inputs: Tensor, changed: list[Tensor]) -> Tensor:
    if not changed:
        return inputs.new_zeros(0)
    own = _number(score, inputs)
    return torch.stack([own - _number(score, each) for each in changed]).to(inputs.dtype)


def _finite(explanation: Tensor, **given: Tensor) -> Tensor:
    """The explanation; ValueError where the score, or its slope, is no finite number."""
    require_finite_results({"the explanation": explanation}, **given)
    return explanation
