"""Random directions, the keys and values of every Monte Carlo check."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked

__all__ = ["unit_vectors"]


@checked
def unit_vectors(*shape: int, generator: torch.Generator) -> Float[Tensor, "..."]:
    """Independent directions, uniform on the sphere of the last dimension."""
    normal = torch.randn(*shape, generator=generator, dtype=torch.float64, device=generator.device)
    return F.normalize(normal, dim=-1)
