"""A memory that is a network: weights in layers, GELU between them, gradients in closed form.

The squared error of one token has a gradient of rank one in every layer: what came in, times the
error that came back. So a write is two vectors a layer, and no weights of a single token are made.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.shared.precision import product

__all__ = ["Weights", "deep_memory", "errors_by_layer", "read_memory"]

Width = Annotated[int, Range(1, 2**16)]
Weights = tuple[Annotated[Float[Tensor, "..."], Finite()], ...]
"""The weights of each layer, (..., in, out), the first layer first."""


@checked
def deep_memory(*widths: Width, generator: torch.Generator) -> Weights:
    r"""Draw the weights of a memory: normal, with variance one over what a layer takes in.

    Parameters
    ----------
    *widths : int
        Of the key, of each hidden layer, and of the value: at least two.
    generator : torch.Generator
        Where chance comes from.

    Returns
    -------
    tuple of Tensor
        One (in, out) a layer, float64.

    Raises
    ------
    ValueError, TypeError
        For fewer than two widths, or one that is no positive whole number.

    References
    ----------
    Behrouz et al. 2024, "Titans", section 3.1, for a memory of several layers; it may begin at any
    weights, but not at zeros, where the gradients of two layers or more vanish. This draw is ours.
    """
    if len(widths) < 2:
        raise ValueError(f"widths must be two or more, got {widths}")
    options = {"generator": generator, "dtype": torch.float64, "device": generator.device}
    pairs = itertools.pairwise(widths)
    return tuple(torch.randn(*pair, **options) / math.sqrt(pair[0]) for pair in pairs)


@checked
def read_memory(
    queries: Annotated[Float[Tensor, "*batch time key"], Finite()],
    memory: tuple[Annotated[Float[Tensor, "*batch _in _out"], Like("queries"), Finite()], ...],
) -> Float[Tensor, "*batch time value"]:
    r"""Read a memory without writing to it: a network from queries to values.

    .. math:: M(q) = \mathrm{gelu}(\cdots\,\mathrm{gelu}(q W_1)\cdots)\, W_L

    With one layer it is the matrix product of a linear memory. No bias, no residual, no norm.

    Parameters
    ----------
    queries : Float[Tensor, "*batch time key"]
        (..., time, key).
    memory : tuple of Tensor
        Weights (..., in, out) of each layer, the first one first.

    Returns
    -------
    Tensor (..., time, value).

    Raises
    ------
    ValueError, TypeError
        For weights that do not follow on one another, or of another dtype, for NaN or infinity, and
        for a read that overflows.

    References
    ----------
    Behrouz et al. 2024, "Titans", eq. 15. The paper leaves the activation open; GELU is that of the
    memories of Behrouz et al. 2025, arXiv:2504.13173, as far as we know.
    """
    require_chain("memory", memory, queries.shape[-1])
    output = layers(queries, memory)[-1]
    require_finite_results({"output": output}, queries=queries, memory=memory[0])
    return output


def require_chain(name: str, weights: tuple[Tensor, ...], d_key: int) -> None:
    """Refuse weights of which one takes in another width than the one before gives."""
    if not weights:
        raise ValueError(f"{name} must hold a layer at least, got none")
    widths = [d_key, *(w.shape[-1] for w in weights)]
    took = [w.shape[-2] for w in weights]
    if took != widths[:-1]:
        raise ValueError(
            f"{name} must be weights (..., in, out) that take in {widths[:-1]} for queries "
            f"of width {d_key}, got {took}"
        )


def layers(keys: Tensor, weights: Sequence[Tensor]) -> list[Tensor]:
    """What comes out of each layer before its activation, (..., time, out)."""
    outputs = []
    for w in weights:
        outputs.append(product(F.gelu(outputs[-1]) if outputs else keys, w))
    return outputs


def errors_by_layer(
    keys: Tensor, psi_of_read: Callable[[Tensor], Tensor], weights: Sequence[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    """What each layer takes in at each key, and the gradient that comes back to what it gives.

    `psi_of_read` turns what is read into the loss's gradient by it, for the squared error the
    error.
    """
    inputs, slopes = [keys], []
    for w in weights[:-1]:
        active, slope = gelu_and_slope(product(inputs[-1], w))
        inputs.append(active)
        slopes.append(slope)
    back = [psi_of_read(product(inputs[-1], weights[-1]))]
    for w, slope in zip(weights[:0:-1], slopes[::-1], strict=True):
        back.append(product(back[-1], w.mT) * slope)
    return inputs, back[::-1]


def gelu_and_slope(x: Tensor) -> tuple[Tensor, Tensor]:
    """x Φ(x), and its derivative Φ(x) + x φ(x)."""
    below = 0.5 * (1 + torch.erf(x / math.sqrt(2)))
    return x * below, below + x * torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)
