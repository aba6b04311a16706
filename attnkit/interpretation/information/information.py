"""What one label tells of another, counted in a table, and by how much counting overstates it."""

from typing import Annotated

import torch
from jaxtyping import Float, Int, Int64
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.precision import widened

__all__ = ["information_bias", "permuted_information", "plug_in_information", "quantile_bins"]

Labels = Int[Tensor, " sample"]


@checked
def plug_in_information(first: Labels, second: Int[Tensor, " sample"]) -> Float[Tensor, ""]:
    r"""Return the mutual information of two labels, in nats, as if shares were probabilities.

    .. math:: \hat I = \sum_{xy} \hat p_{xy} \log \frac{\hat p_{xy}}{\hat p_x \hat p_y}

    Parameters
    ----------
    first, second : Tensor
        (sample,), integers.

    Returns
    -------
    Tensor
        One number in float64, zero or more; see `information_bias` for what it is too large by.

    Raises
    ------
    TypeError, ValueError
        For labels that are no integers, of two lengths, or none.

    Notes
    -----
    Defined here.
    """
    if not len(first):
        raise ValueError("first must hold one label at least, got none")
    rows, columns = (each.unique(return_inverse=True)[1] for each in (first, second))
    width = int(columns.max()) + 1
    pairs, counts = (rows * width + columns).unique(return_counts=True)
    of_rows, of_columns = rows.bincount()[pairs // width], columns.bincount()[pairs % width]
    shares = widened(counts) / len(first)
    apart = widened(of_rows) * widened(of_columns) / len(first) ** 2
    return (shares * (shares / apart).log()).sum().clamp_min(0.0)


@checked
def information_bias(
    n_first: Annotated[int, Range(1, 2**30)],
    n_second: Annotated[int, Range(1, 2**30)],
    n_samples: Annotated[int, Range(1, 2**50)],
) -> float:
    r"""Return what independent labels tell of each other in the mean, merely by being counted.

    .. math:: \mathrm E\, \hat I - I \approx \frac{(K_x - 1)(K_y - 1)}{2N}

    In nats; divided by log 2 it is in bits. The first term of an expansion in 1/N: it holds where
    every cell of the table expects a few samples.

    Parameters
    ----------
    n_first, n_second : int
        How many values each label takes.
    n_samples : int
        N, pairs counted.

    Returns
    -------
    float
        Zero where a label takes one value only.

    Raises
    ------
    TypeError, ValueError
        For counts below one.

    References
    ----------
    G. Miller. Note on the bias of information estimates. Information Theory in Psychology, 1955.
    """
    return (n_first - 1) * (n_second - 1) / (2 * n_samples)


@checked
def permuted_information(
    first: Labels,
    second: Int[Tensor, " sample"],
    n_times: Annotated[int, Range(1, 10_000)],
    generator: torch.Generator,
) -> Float[Tensor, " n_times"]:
    r"""Return the plug-in information of labels shuffled against each other: what chance tells.

    .. math:: \hat I(x, y_\pi), \qquad \pi \text{ a permutation of the samples}

    Parameters
    ----------
    first, second : Tensor
        (sample,), integers.
    n_times : int
        How many permutations.
    generator : torch.Generator
        Draws them.

    Returns
    -------
    Tensor
        (n_times,), float64. Their mean is the bias that this table has; what lies above them all
        is told.

    Raises
    ------
    TypeError, ValueError
        For labels that are no integers, of two lengths, or none.

    Notes
    -----
    Defined here.
    """
    device = generator.device
    orders = [
        torch.randperm(len(second), generator=generator, device=device) for _ in range(n_times)
    ]
    return torch.stack([plug_in_information(first, second[o.to(second.device)]) for o in orders])


@checked
def quantile_bins(
    values: Annotated[Float[Tensor, " sample"], Finite()],
    n_bins: Annotated[int, Range(1, 2**20)],
) -> Int64[Tensor, " sample"]:
    r"""Return the bin of each value, with as many values in every bin as ties allow.

    .. math:: b_i = \#\{ k : x_i \ge Q(k / K) \}, \qquad k = 1, \dots, K - 1

    Parameters
    ----------
    values : Tensor
        (sample,), floating point. Equal values share a bin.
    n_bins : int
        K.

    Returns
    -------
    Tensor
        (sample,), from 0 to K - 1. An increasing function of the values changes nothing.

    Raises
    ------
    TypeError, ValueError
        For values that are not floating point or not finite, or none.

    Notes
    -----
    Defined here: the quantiles are values of the sample, so that no interpolation enters.
    """
    if not len(values):
        raise ValueError("values must hold one number at least, got none")
    ordered = values.detach().sort().values
    places = torch.arange(1, n_bins, device=values.device) * len(values) // n_bins
    return torch.bucketize(values.detach(), ordered[places], right=True)
