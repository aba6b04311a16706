"""The differentiable mask: a gate for each head and distance, drawn open or shut."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked

__all__ = ["OffsetGates"]

Count = Annotated[int, Range(1, 2**14)]


@checked
class OffsetGates(nn.Module):
    r"""Gates of each head and distance, zero or one, with a gradient as if they were soft.

    .. math:: m_{h, o} = \big[\, \pi_{h,o} + g > 0 \,\big], \qquad
              \nabla m := \nabla\, \mathrm{sigmoid}\big((\pi_{h,o} + g)/T\big)

    :math:`\pi` is the difference of two logits and g that of two Gumbel draws, which is logistic.
    Gates are numbers with a gradient, and no boolean mask: they multiply the weights, whose rows
    are then brought to one. A row whose gates are all shut stays silent::

        open = scores.softmax(-1) * gates(n_tokens, generator)
        total = open.sum(-1, keepdim=True)
        weights = open / total.where(total > 0, 1.0)

    Parameters
    ----------
    n_heads, n_offsets : int
        Heads, and distances from 0 on.
    temperature : float
        T, of the soft gate.

    Attributes
    ----------
    logits : nn.Parameter
        π, (head, offset), 0 at first: open every other time.

    Raises
    ------
    ValueError, TypeError
        For a count below 1, or a temperature that is not positive.

    References
    ----------
    Shi et al. 2021, "SparseBERT", the structured mask; Maddison et al. 2017 for the draw.
    """

    def __init__(
        self,
        n_heads: Count,
        n_offsets: Count,
        temperature: Annotated[float, Range(1e-3, 1e3)] = 1.0,
    ):
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(n_heads, n_offsets))
        self.temperature = temperature

    def open_chance(self) -> Float[Tensor, "head offset"]:
        """The chance of each gate to be open; their sum is what a penalty is put on."""
        return self.logits.sigmoid()

    @checked
    def forward(
        self, n_tokens: Annotated[int, Range(0, 2**14)], generator: torch.Generator
    ) -> Float[Tensor, "head query key"]:
        """A draw of every gate, laid out by distance; what is farther than all gates is open.

        Raises
        ------
        ValueError, TypeError
            For a number of tokens below 0, or no generator.
        """
        share = torch.rand(self.logits.shape, generator=generator).clamp(1e-6, 1 - 1e-6)
        drawn = (self.logits + share.logit().to(self.logits)) / self.temperature
        soft = drawn.sigmoid()
        gates = (drawn > 0).to(soft) + (soft - soft.detach())
        places = torch.arange(n_tokens, device=gates.device)
        distance = (places[:, None] - places).abs()
        near = distance < gates.shape[-1]
        laid = gates[:, distance.clamp_max(gates.shape[-1] - 1)]
        return torch.where(near, laid, torch.ones_like(laid))
