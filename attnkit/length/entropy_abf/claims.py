"""How many more keys a longer row reads under the scale of Entropy-ABF."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.diagnostics import effective_number
from attnkit.length.entropy_abf.entropy_abf import entropy_abf_weights

__all__ = ["entropy_abf_keys"]

TRAINED, LONG = 256, 65536


def rows(n_keys: int, *, seed: int) -> Tensor:
    """Eight rows of independent normal scores of spread 1.5."""
    generator = torch.Generator().manual_seed(seed)
    return 1.5 * torch.randn(8, n_keys, generator=generator, dtype=torch.float64)


@claim("entropy-abf-keys", source="Derived here, Zhang et al. 2024", computes=entropy_abf_weights)
def entropy_abf_keys() -> dict[str, float]:
    """Growth of the effective number of keys when a row grows 256-fold, spread 1.5."""
    short, long = rows(TRAINED, seed=0), rows(LONG, seed=0)
    before = effective_number(short.softmax(-1)).mean()
    growth = {
        "softmax": effective_number(long.softmax(-1)).mean() / before,
        "Entropy-ABF": effective_number(entropy_abf_weights(long, TRAINED)).mean() / before,
    }
    return {name: ratio.item() for name, ratio in growth.items()}
