"""σReparam: a weight matrix divided by its spectral norm, times a learned gain."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils import parametrize

from attnkit.arguments import Finite, checked
from attnkit.concentration.sigma_reparam.spectral import Gain, exact, require_direction, unit
from attnkit.precision import outside_autocast

__all__ = ["SigmaReparam", "sigma_reparametrise"]

LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


class SigmaReparam(nn.Module):
    r"""A parametrisation that keeps the spectral norm of a weight at a learned gain.

    .. math:: \hat W = \frac{\gamma}{\sigma(W)} W, \qquad \sigma(W) = u^\top W v

    u and v are the leading singular vectors when the parametrisation is made. Each use in training
    mode makes one power step, v = W'u / \|W'u\| and then u = Wv / \|Wv\|; in eval mode they rest.
    The gradient flows through W in both places, with u and v held.

    Parameters
    ----------
    weight : Tensor
        What is to be parametrised, (row, ...): a kernel of a convolution is read as a matrix
        (row, rest).
    gain : float or None
        Where the learned :math:`\gamma` starts; None for the weight's own norm, so that nothing
        changes at first.

    Raises
    ------
    TypeError
        For a weight that is not floating point.
    ValueError
        For a weight of fewer than two dimensions, one that is not finite, or one of zeros.

    Notes
    -----
    Zhai et al. 2023, after the authors' code (apple/ml-sigma-reparam), which starts the gain at the
    weight's own norm for vision and at one for speech.
    """

    left: Tensor
    right: Tensor

    @checked
    def __init__(
        self,
        weight: Annotated[Float[Tensor, "row *rest"], Finite()],
        gain: Gain | None = 1.0,
    ):
        super().__init__()
        if weight.ndim < 2:
            raise ValueError(f"weight must have two dimensions at least, got {tuple(weight.shape)}")
        matrix = require_direction(exact(weight.detach()).flatten(1))
        left, values, right = torch.linalg.svd(matrix, full_matrices=False)
        self.gain = nn.Parameter(values[0].clone() if gain is None else values.new_tensor(gain))
        self.register_buffer("left", left[:, 0].clone())
        self.register_buffer("right", right[0].clone())

    @checked
    @outside_autocast
    def forward(self, weight: Float[Tensor, "row *rest"]) -> Float[Tensor, "row *rest"]:
        """Return the weight (row, ...) at the spectral norm `gain`, in its dtype."""
        full = exact(weight)
        matrix = full.flatten(1)
        if self.training:
            self._power_step(matrix.detach())
        # Copies, because the next power step writes where this step's gradient will read.
        left, right = (unit(side.to(full).clone()) for side in (self.left, self.right))
        return (self.gain.to(full) / (left @ matrix @ right) * full).to(weight.dtype)

    @torch.no_grad()
    def _power_step(self, matrix: Tensor) -> None:
        right = unit(self.left.to(matrix) @ matrix)
        self.right.copy_(right)
        self.left.copy_(unit(matrix @ right))


@checked
def sigma_reparametrise(module: nn.Module, gain: Gain | None = 1.0) -> nn.Module:
    """Put σReparam on the weight of every linear layer and convolution of a module.

    Parameters
    ----------
    module : nn.Module
        Changed in place. Its optimiser has to be made afterwards: there are gains to learn.
    gain : float or None
        Where every gain starts; None for each weight's own norm.

    Returns
    -------
    The module.

    Raises
    ------
    ValueError
        If the module has no such layer, one is parametrised already, or a weight is zero.

    Notes
    -----
    Zhai et al. 2023: all linear layers and convolutions, those of attention and of the MLP alike.
    """
    layers = [layer for layer in module.modules() if isinstance(layer, LAYERS)]
    if not layers:
        raise ValueError(f"module must have a linear layer or a convolution, got {module}")
    for layer in layers:
        if parametrize.is_parametrized(layer, "weight"):
            raise ValueError(f"module must have no parametrised weight yet, got one in {layer}")
        parametrize.register_parametrization(layer, "weight", SigmaReparam(layer.weight, gain))
    return module
