"""Fitting a tied head from a start of one's choice, and the best map that looks at places alone."""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.icl.positional_to_semantic.tied import Entries
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results

__all__ = ["TiedFit", "fit_fixed_map", "fit_tied_head"]


@dataclass(frozen=True, eq=False)
class TiedFit:
    """Where a fit ended: its `direction` (d,) and its training `loss`, the penalty included."""

    direction: Float[Tensor, " d"]
    loss: float


@outside_autocast
@checked
def fit_tied_head(
    inputs: Annotated[Float[Tensor, "sample token d"], Entries],
    target: Annotated[Float[Tensor, "sample token token"], Like("inputs"), Entries],
    places: Annotated[Float[Tensor, "token d"], Like("inputs"), Entries],
    start: Annotated[Float[Tensor, " d"], Like("inputs"), Entries],
    *,
    ridge: Annotated[float, Range(0, 1e3)] = 1e-3,
    max_steps: Annotated[int, Range(0, 10_000)] = 300,
) -> TiedFit:
    r"""Go down the training loss of a tied head from a start to the nearest minimum.

    .. math:: \ell(q) = \frac{1}{n d} \sum_{m=1}^{n}
              \lVert (W_q(x_m) - T_m)\, x_m \rVert^2 + \frac{\lambda}{n} \lVert q \rVert^2

    The loss has several minima, so that the start is part of the question.

    Parameters
    ----------
    inputs : Tensor
        x, (sample, token, d), with one sample at least.
    target : Tensor
        T, the maps to be learned, (sample, token, token).
    places : Tensor
        (token, d), what each place adds to a token.
    start : Tensor
        (d,), where the descent begins.
    ridge : float
        The penalty's level, from 0 to 1,000.
    max_steps : int
        Steps of L-BFGS with a line search, from 0 to 10,000.

    Returns
    -------
    TiedFit
        The direction, of the start's dtype, and the loss there. Half precision is computed in
        float32.

    Raises
    ------
    ValueError, TypeError
        No sample, entries that are no numbers or above 1e6 in size, other shapes or dtypes,
        numbers out of range, a direction beyond the dtype.

    References
    ----------
    Cui et al. 2024, arXiv:2402.03902; optimiser and penalty are chosen here.
    """
    _require_samples(inputs)
    wide = torch.promote_types(inputs.dtype, torch.float32)
    with torch.inference_mode(False), torch.enable_grad():
        # Copies, for autograd does not follow tensors that inference mode has made.
        given = (each.detach().to(wide, copy=True) for each in (inputs, target, places, start))
        found, loss = _descended(*given, ridge, max_steps)
    direction = found.to(start.dtype)
    require_finite_results({"direction": direction}, inputs=inputs, places=places, start=start)
    return TiedFit(direction, loss)


def _descended(
    inputs: Tensor, target: Tensor, places: Tensor, start: Tensor, ridge: float, max_steps: int
) -> tuple[Tensor, float]:
    """The direction where L-BFGS ends, and the loss there."""
    n, _, d = inputs.shape
    read = (inputs + places) / d**0.5
    pairs = inputs @ inputs.mT / d
    direction = start.requires_grad_()
    optimiser = torch.optim.LBFGS(
        [direction],
        max_iter=max_steps,
        line_search_fn="strong_wolfe",
        tolerance_grad=1e-9,
        tolerance_change=1e-12,
    )

    def loss() -> Tensor:
        along = read @ direction
        weights = (along[:, :, None] * along[:, None, :]).softmax(-1)
        error = weights - target
        return (error @ pairs * error).sum() / n + ridge / n * direction.square().sum()

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    if max_steps:
        optimiser.step(closure)
    return direction.detach(), loss().item()


@outside_autocast
@checked
def fit_fixed_map(
    inputs: Annotated[Float[Tensor, "sample token d"], Entries],
    target: Annotated[Float[Tensor, "sample token token"], Like("inputs"), Entries],
) -> Float[Tensor, "token token"]:
    r"""Return the map with the least squared error among those that are the same for every input.

    .. math:: F = \Big(\sum_m T_m G_m\Big) \Big(\sum_m G_m\Big)^{+}, \qquad G_m = x_m x_m^\top

    Its rows need not sum to one: it is a linear layer over places.

    Parameters
    ----------
    inputs : Tensor
        x, (sample, token, d), with one sample at least.
    target : Tensor
        T, (sample, token, token).

    Returns
    -------
    Tensor
        (token, token), of the inputs' dtype. Half precision is computed in float32.

    Raises
    ------
    ValueError, TypeError
        No sample, entries that are no numbers or above 1e6 in size, other shapes or dtypes, a map
        beyond the dtype.

    References
    ----------
    Cui et al. 2024, arXiv:2402.03902, for the baseline; least squares is written out here.
    """
    _require_samples(inputs)
    dtype = torch.promote_types(inputs.dtype, torch.float32)
    pairs = inputs.to(dtype) @ inputs.to(dtype).mT
    wanted = (target.to(dtype) @ pairs).sum(0)
    found = (wanted @ torch.linalg.pinv(pairs.sum(0), hermitian=True)).to(inputs.dtype)
    require_finite_results({"map": found}, inputs=inputs, target=target)
    return found


def _require_samples(inputs: Tensor) -> None:
    if 0 in inputs.shape:
        raise ValueError(f"inputs must hold a sample at least, got shape {tuple(inputs.shape)}")
