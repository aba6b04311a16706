"""Point step by step, at each input once or at whatever scores highest."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.interpretation.pointer.network import PointerNetwork

__all__ = ["not_yet_chosen", "point_freely", "point_once"]

Inputs = Annotated[Float[Tensor, "*batch input feature"], Finite()]


@checked
def not_yet_chosen(
    chosen: Annotated[Int[Tensor, "*batch step"], Range(0)],
    n_inputs: Annotated[int, Range(0, 2**30)],
) -> Bool[Tensor, "*batch next n_inputs"]:
    r"""Return which inputs are still free before the first choice and after each.

    .. math:: m_{tj} = [\, j \notin \{c_1, \dots, c_t\} \,], \qquad t = 0, \dots, T

    Parameters
    ----------
    chosen : Tensor
        (..., step), places of inputs.
    n_inputs : int
        How many inputs there are.

    Returns
    -------
    Tensor
        (..., step + 1, input).

    Raises
    ------
    ValueError, TypeError
        For a choice that is no place of an input.

    References
    ----------
    Defined here.
    """
    if chosen.numel() and int(chosen.max()) >= n_inputs:
        raise ValueError(f"chosen must be below n_inputs = {n_inputs}, got {int(chosen.max())}")
    places = torch.arange(n_inputs, device=chosen.device)
    taken = (chosen[..., :, None] == places).cumsum(-2) > 0
    none = taken.new_zeros((*taken.shape[:-2], 1, n_inputs))
    return ~torch.cat([none, taken], -2)


@checked
@torch.no_grad()
def point_once(network: PointerNetwork, inputs: Inputs) -> Int[Tensor, "*batch input"]:
    r"""Return the order in which a network points at its inputs, at each of them once.

    .. math:: c_t = \arg\max_{j \notin \{c_1, \dots, c_{t-1}\}} z_{tj}

    Parameters
    ----------
    network : PointerNetwork
        Which scores.
    inputs : Tensor
        (..., input, feature).

    Returns
    -------
    Tensor
        (..., step), a permutation of the inputs' places.

    Raises
    ------
    ValueError, TypeError
        For inputs that are not finite, or of other features than the network's.

    References
    ----------
    Vinyals et al. 2015, "Pointer networks"; the mask is ours.
    """
    chosen = torch.zeros((*inputs.shape[:-2], 0), dtype=torch.int64, device=inputs.device)
    for _ in range(inputs.shape[-2]):
        scores = network(inputs, chosen)[..., -1, :]
        free = not_yet_chosen(chosen, inputs.shape[-2])[..., -1, :]
        best = scores.masked_fill(~free, -torch.inf).argmax(-1, keepdim=True)
        chosen = torch.cat([chosen, best], -1)
    return chosen


@checked
@torch.no_grad()
def point_freely(network: PointerNetwork, inputs: Inputs) -> Int[Tensor, "*batch input"]:
    r"""Return what a network points at in as many steps as there are inputs, repeats allowed.

    .. math:: c_t = \arg\max_j z_{tj}

    Parameters
    ----------
    network : PointerNetwork
        Which scores.
    inputs : Tensor
        (..., input, feature).

    Returns
    -------
    Tensor
        (..., step), places of inputs.

    Raises
    ------
    ValueError, TypeError
        For inputs that are not finite, or of other features than the network's.

    References
    ----------
    Vinyals et al. 2015, "Pointer networks".
    """
    chosen = torch.zeros((*inputs.shape[:-2], 0), dtype=torch.int64, device=inputs.device)
    for _ in range(inputs.shape[-2]):
        best = network(inputs, chosen)[..., -1, :].argmax(-1, keepdim=True)
        chosen = torch.cat([chosen, best], -1)
    return chosen
