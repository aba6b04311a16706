"""Where the temperature comes from: the place of a token, and the token."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.precision import outside_autocast

__all__ = ["SelectiveTemperature", "position_temperature"]

Lengths = Annotated[Float[Tensor, "*shape"], Range(1.0, 1e12)]
Strength = Annotated[float, Range(0.0, 1.0)] | Annotated[Float[Tensor, ""], Range(0.0, 1.0)]

FIRST_STRENGTH = math.exp(-math.exp(1.5))
"""What the authors' code starts with when it trains a small model: 0.011."""


@checked
def position_temperature(n_keys: Lengths, strength: Strength) -> Float[Tensor, "*shape"]:
    r"""The part of the inverse temperature that knows the length alone.

    .. math:: \tau_n = 1 + s \log n

    Parameters
    ----------
    n_keys : Tensor
        Numbers of keys that queries may attend, from 1, of any shape.
    strength : float or Tensor
        Between 0 and 1, without dimensions.

    Returns
    -------
    Tensor shaped like `n_keys`.

    Raises
    ------
    TypeError, ValueError
        For lengths that are not floating point or below one, or a strength outside 0 to 1.

    Notes
    -----
    Zhang et al. 2024, arXiv:2411.12892: a logistic function of a parameter as second-hand notes
    have it, exp(-exp(b)) in the authors' code. Both keep the strength between 0 and 1.
    """
    return 1 + strength * n_keys.log()


class SelectiveTemperature(nn.Module):
    r"""Inverse temperature of each token, from what it is and from how many keys it sees.

    .. math:: \tau = 1 + \sigma(a) \log n + \tanh(w \cdot x)

    It is positive whatever is learned. The token's part moves it by less than one either way; it
    starts at zero, and the strength of the other part where the authors' code has it, at 0.011.

    Parameters
    ----------
    width : int
        Features of a token.

    Raises
    ------
    ValueError
        For a width outside 1 to 65,536.

    Notes
    -----
    Zhang et al. 2024, arXiv:2411.12892 (abstract read; the parts are second-hand, their sum is
    ours). The authors share weights to make the token's part small; here it is a linear map. The
    code of theirs that we read has the place alone.
    """

    @checked
    def __init__(self, width: Annotated[int, Range(1, 65536)]):
        super().__init__()
        odds = math.log(FIRST_STRENGTH / (1 - FIRST_STRENGTH))
        self.log_odds = nn.Parameter(torch.tensor(odds))
        self.of_token = nn.Parameter(torch.zeros(width))

    @checked
    @outside_autocast
    def forward(
        self,
        tokens: Annotated[Float[Tensor, "*batch token width"], Finite()],
        n_keys: Annotated[Float[Tensor, "*batch token"], Range(1.0, 1e12)],
    ) -> Float[Tensor, "*batch token"]:
        """Temperatures (..., token) of tokens (..., token, width), each of which sees so many keys.

        Raises
        ------
        TypeError
            For tokens or counts that are not floating point.
        ValueError
            For NaN or an infinity, counts below one, or another width than that of the layer.
        """
        if tokens.shape[-1] != len(self.of_token):
            raise ValueError(
                f"tokens must have {len(self.of_token)} features, got {tokens.shape[-1]}"
            )
        of_place = position_temperature(n_keys, self.log_odds.sigmoid())
        return of_place + (tokens * self.of_token).sum(-1).tanh()
