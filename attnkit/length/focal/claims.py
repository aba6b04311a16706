"""What the page on focal attention claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.diagnostics import entropy
from attnkit.length.focal.focal import entropy_slope, focal_weights
from attnkit.length.shared.needle import LENGTHS
from attnkit.length.ssmax import ssmax_weights

__all__ = ["entropy_rises", "length_kept"]


@claim("entropy-rises", source="Derived here", computes=entropy_slope)
def entropy_rises() -> dict[str, float]:
    """Least slope of 1,000 rows' entropies in the temperature, and its error to a difference."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(1000, 17, generator=generator, dtype=torch.float64)
    found, step = {}, 1e-5
    for t in (0.2, 1.0, 2.0):
        slope = entropy_slope(scores, t)
        above, below = (entropy(focal_weights(scores, t + sign * step)) for sign in (1, -1))
        found[f"t = {t}, least slope"] = slope.min().item()
        found[f"t = {t}, error"] = ((above - below) / (2 * step) - slope).abs().max().item()
    return found


@claim("length-kept", source="Derived here", computes=focal_weights)
def length_kept() -> dict[str, float]:
    """Weight of a needle at 3 above equal rivals: at t = 0.3, and with s log n, by length."""
    found = {}
    for n in LENGTHS:
        row = torch.zeros(n, dtype=torch.float64)
        row[0] = 3.0
        found[f"n = {n}, t = 0.3"] = focal_weights(row, 0.3)[0].item()
        found[f"n = {n}, s = 0.43"] = ssmax_weights(row, 0.43)[0].item()
    return found
