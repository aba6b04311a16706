"""What the page on information claims: its bias, and what context costs."""

import torch

from attnkit.claims import claim
from attnkit.interpretation.information.information import (
    information_bias,
    permuted_information,
    plug_in_information,
)
from attnkit.interpretation.information.recorded import told

__all__ = ["bias_of_counting", "context_costs"]


def chance_told(n_samples: int, n_bins: int, *, seed: int) -> float:
    """Mean plug-in information of 200 shufflings of even bins against three kinds."""
    generator = torch.Generator().manual_seed(seed)
    first, second = torch.arange(n_samples) % n_bins, torch.arange(n_samples) % 3
    return permuted_information(first, second, 200, generator).mean().item()


@claim("information-bias", source="Miller 1955, derived here", computes=information_bias)
def bias_of_counting() -> dict[str, float]:
    """Mean information of shuffled labels, in nats, and (bins − 1)(3 − 1)/2N."""
    found = {}
    for n, bins in ((300, 10), (1000, 10), (1000, 40), (5000, 10)):
        found[f"N = {n}, {bins} bins"] = chance_told(n, bins, seed=0)
        found[f"N = {n}, {bins} bins, formula"] = information_bias(bins, 3, n)
    return found


@claim("context-costs-information", source="Measured here", computes=plug_in_information)
def context_costs() -> dict[str, float]:
    """Recorded, after 200 steps: share of relevance's entropy that ten bins tell, over seeds."""
    shares = told("share")
    ends = {"least": min, "most": max}
    return {
        f"{name}, {end}": float(pick(row))
        for name, row in shares.items()
        for end, pick in ends.items()
    } | {"shuffled, most": max(float(row.max()) for row in told("shuffled").values())}
