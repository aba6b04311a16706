"""A continuous attention layer: a density per head, and what it reads of a value function."""

from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, checked
from attnkit.densities.layers.measures import LEAST_MASS, Measure, ValueFunction
from attnkit.precision import outside_autocast
from attnkit.validate import require_shape

__all__ = ["Contexts", "ContinuousAttention", "Readout"]

Parameters = Annotated[Float[Tensor, "*batch head parameter"], Finite()]


class Contexts(NamedTuple):
    """What the heads read, (..., head, feature); the rest (..., head).

    lost_mass is the share of each density that lay outside the domain, and a head is dead where
    nothing lay inside: its context and its gradient are zero.
    """

    context: Tensor
    lost_mass: Tensor
    dead: Tensor

    @property
    def n_dead_heads(self) -> int:
        """Dead heads over the whole batch."""
        return int(self.dead.sum())


Readout = Contexts  # its first name


class ContinuousAttention(nn.Module):
    """Several heads, each the expectation of a value function under a density: E_p[V(t)].

    The score network is the caller's: it hands over `density.n_parameters` numbers per head. The
    density is an object, `Unimodal`, `Mixture`, `KernelScore` or `Elliptical`, or anything that
    maps parameters to a `SharedNodes` or `MovingNodes`. Nothing is kept between calls, so a layer
    may be used any number of times before a backward pass. Martins et al. 2020; several heads as in
    Moreno et al. 2022.

    Parameters
    ----------
    density : nn.Module
        With `n_parameters` and a `forward` from parameters (..., head, n_parameters).
    """

    @checked
    def __init__(self, density: nn.Module):
        super().__init__()
        if not isinstance(getattr(density, "n_parameters", None), int):
            raise TypeError(
                f"density must be a module with n_parameters, such as Unimodal(), got "
                f"{type(density).__name__}"
            )
        self.density = density

    @checked
    @outside_autocast
    def forward(self, parameters: Parameters, values: ValueFunction) -> Contexts:
        """Context of each head and lost mass, in the dtype of the parameters.

        `values` maps points (..., node) to (..., node, feature): a `RidgeValueFunction`, a
        `TabulatedValues`, or any function.

        Raises
        ------
        TypeError
            For integer parameters and ValueError for NaN or another number of parameters than
            `density.n_parameters`.
        """
        measure = self.measure(parameters)
        context, lost = measure.read(values), (1 - measure.inside).clamp(0, 1)
        return Contexts(
            context.to(parameters.dtype), lost.to(parameters.dtype), measure.inside <= LEAST_MASS
        )

    @checked
    @outside_autocast
    def measure(self, parameters: Parameters) -> Measure:
        """The densities as points and masses, in at least float32."""
        require_shape("parameters", parameters, (None, self.density.n_parameters))
        return self.density(parameters.to(torch.promote_types(parameters.dtype, torch.float32)))
