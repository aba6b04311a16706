"""The task: two tokens are mixed partly by their places, partly by what they say."""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.icl.positional_to_semantic.tied import tied_weights

__all__ = ["MixedTask"]


@checked
@dataclass(frozen=True)
class MixedTask:
    r"""Two normal tokens, and a target map that mixes a fixed one with a tied head's.

    .. math:: \begin{aligned}
              T(x) &= \pi A + (1 - \pi)\, \mathrm{softmax}(h h^\top), \qquad
              h_i = \frac{x_i \cdot k^*}{\sqrt d}, \\
              A &= \begin{pmatrix} a & 1 - a \\ 1 - a & a \end{pmatrix}
              \end{aligned}

    Tokens look alike from every side, so that the direction may lie along the first axis and the
    places along the second.

    Parameters
    ----------
    d : int
        Coordinates of a token, from 2 to 100,000.
    share : float
        How much of the target is a matter of place, from 0 to 1.
    staying : float
        What A gives a token of itself, between 0 and 1.
    variance : float
        Of every coordinate of a token, positive, up to 1,000.
    place_length : float
        Of the vector that a place adds to a token, from 0.001 to 1,000.

    Raises
    ------
    ValueError, TypeError
        Numbers out of these ranges.

    References
    ----------
    Cui et al. 2024, arXiv:2402.03902: a target of this kind; the numbers are chosen here.
    """

    d: Annotated[int, Range(2, 10**5)]
    share: Annotated[float, Range(0, 1)]
    staying: Annotated[float, Range(0, 1, open=True)] = 0.6
    variance: Annotated[float, Range(1e-6, 1e3)] = 0.25
    place_length: Annotated[float, Range(1e-3, 1e3)] = 1.0

    @property
    def direction(self) -> Float[Tensor, " d"]:
        """What a token must be read along, of length root d."""
        return self.d**0.5 * torch.eye(1, self.d, dtype=torch.float64)[0]

    @property
    def places(self) -> Float[Tensor, "2 d"]:
        """What each token's place adds to it: one vector, and its negative."""
        unit = self.place_length * torch.eye(2, self.d, dtype=torch.float64)[1]
        return torch.stack([unit, -unit])

    @property
    def fixed(self) -> Float[Tensor, "2 2"]:
        """The part of the map that is a matter of place."""
        a = self.staying
        return torch.tensor([[a, 1 - a], [1 - a, a]], dtype=torch.float64)

    @checked
    def draw(
        self, n_samples: Annotated[int, Range(0, 10**7)], *, generator: torch.Generator
    ) -> tuple[Float[Tensor, "sample 2 d"], Float[Tensor, "sample 2 2"]]:
        """Draw tokens (sample, token, d) and their target maps (sample, token, token), float64.

        Raises
        ------
        ValueError, TypeError
            A count out of range, or more than 1,000,000,000 numbers; a seed for a generator.
        """
        if n_samples * self.d > 5 * 10**8:
            raise ValueError(f"n_samples must leave at most 1e9 numbers, got {n_samples}")
        inputs = self.variance**0.5 * torch.randn(
            n_samples, 2, self.d, generator=generator, dtype=torch.float64
        )
        said = tied_weights(inputs, self.direction)
        return inputs, self.share * self.fixed + (1 - self.share) * said
