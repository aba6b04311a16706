"""Where the scales come from: a number of each query's token and head, and its running mean."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.normalisation.shared.tokens import require_tokens

__all__ = ["AffineScale"]

Count = Annotated[int, Range(1, 65_536)]


class AffineScale(nn.Module):
    r"""A scale for each token and head, and what it has been on average.

    .. math:: \alpha = \operatorname{clip}(0.1\,xW + 0.5, \; 0, \; 1), \qquad
              \bar\alpha \leftarrow \rho\,\bar\alpha + (1 - \rho) \operatorname{mean} \alpha

    The running mean moves in training, before it is used; it starts at zero, as in the paper, so
    that the first steps have many negative weights.

    Parameters
    ----------
    width : int
        Features of a token.
    n_heads : int
        Heads.
    momentum : float
        Rho, the share of the mean that a step keeps.

    Attributes
    ----------
    mean_scale : Tensor
        (head, 1, 1), the running mean; a buffer, without gradient.

    Raises
    ------
    TypeError, ValueError
        For sizes that are not whole and positive, or a momentum outside [0, 1].

    Notes
    -----
    Bae et al. 2026, arXiv:2602.23057, section 3.2 and equation 11. The order of update and use
    within a step, and one mean a head, are our reading.
    """

    @checked
    def __init__(
        self, width: Count, n_heads: Count, momentum: Annotated[float, Range(0.0, 1.0)] = 0.9
    ):
        super().__init__()
        self.momentum = momentum
        self.to_scale = nn.Linear(width, n_heads, bias=False)
        self.register_buffer("mean_scale", torch.zeros(n_heads, 1, 1))

    @checked
    def forward(
        self, tokens: Annotated[Float[Tensor, "*batch token width"], Finite()]
    ) -> Float[Tensor, "*batch head token 1"]:
        """Scales (..., head, token, 1) of tokens (..., token, width), as `affine_weights` wants.

        Raises
        ------
        TypeError, ValueError
            For tokens that are not finite, or of another width or dtype than the module.
        """
        scale = (0.1 * self.to_scale(require_tokens(tokens, self.to_scale)) + 0.5).clamp(0, 1)
        if self.training and scale.numel():
            step = scale.detach().flatten(0, -2).mean(0).to(self.mean_scale.dtype)
            self.mean_scale.lerp_(step[:, None, None], 1 - self.momentum)
        return scale.mT.unsqueeze(-1)
