"""Random directions, the keys and values of every Monte Carlo check."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked

__all__ = ["seeded", "unit_vectors"]


def seeded(seed: int = 0) -> torch.Generator:
    """A generator of its own, so that a number does not depend on what ran before."""
    return torch.Generator().manual_seed(seed)


@checked
def unit_vectors(*shape: int, generator: torch.Generator) -> Float[Tensor, "..."]:
    """Independent directions, uniform on the sphere of the last dimension."""
    normal = torch.randn(*shape, generator=generator, dtype=torch.float64, device=generator.device)
    return F.normalize(normal, dim=-1)
