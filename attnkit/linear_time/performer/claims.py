"""What is claimed of positive random features: one variance, which the length of q + k decides."""

import torch

from attnkit.claims import claim
from attnkit.linear_time.performer.directions import independent_directions, orthogonal_directions
from attnkit.linear_time.performer.features import hyperbolic_features, positive_features
from attnkit.linear_time.performer.theory import hyperbolic_variance, positive_variance

__all__ = ["estimated", "variance"]

N_DRAWS, N_FEATURES, D_KEY = 4000, 16, 8


@claim(
    "random-features-variance",
    source="Choromanski et al. 2021; derived here",
    computes=positive_variance,
)
def variance() -> dict[str, float]:
    """Mean and relative variance of estimates by 16 features, and the laws, at |q + k| = 1."""
    made = {"law": positive_variance(1.0, 16), "law, with opposites": hyperbolic_variance(1.0, 16)}
    for kind in ("independent", "orthogonal", "with opposites"):
        drawn = estimated(kind, 1.0, seed=0)
        made |= {f"{kind}, mean": float(drawn.mean()), kind: float(drawn.var())}
    return made


def estimated(kind: str, length: float, *, seed: int) -> torch.Tensor:
    """Estimates over the kernel (draw,), of a query and a key whose sum is so long."""
    generator = torch.Generator().manual_seed(seed)
    query, key = torch.randn(2, D_KEY, generator=generator, dtype=torch.float64)
    key = length * torch.nn.functional.normalize(key + query, dim=-1) - query / 2
    query = query / 2
    draw = orthogonal_directions if kind == "orthogonal" else independent_directions
    signs = 2 if kind == "with opposites" else 1
    features = hyperbolic_features if signs == 2 else positive_features
    n = N_DRAWS * N_FEATURES // signs
    directions = draw(n, D_KEY, generator=generator)  # whole blocks: a draw after the other
    products = features(query, directions) * features(key, directions) * (n * signs)
    found = products.unflatten(-1, (signs, N_DRAWS, N_FEATURES // signs)).mean((0, 2))
    return found / (query @ key).exp()
