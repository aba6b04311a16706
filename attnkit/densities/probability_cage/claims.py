"""What the page on attention without the probability cage claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities.finite import softmax
from attnkit.densities.probability_cage.plane import inside_hull
from attnkit.densities.probability_cage.recorded import SUMMARY
from attnkit.densities.probability_cage.standardised import standardised_weights

__all__ = ["difference", "leaves_the_hull", "outside", "root_of_n", "size_at"]


@claim("leaves-the-hull", source="Derived here", computes=standardised_weights)
def leaves_the_hull() -> dict[str, float]:
    """Share of 1,000 draws of eight values in the plane whose read-out lies outside their hull."""
    return {
        "softmax": outside(softmax, seed=0),
        "gain 1": outside(standardised_weights, seed=0),
        "gain 1, bias 1/8": outside(lambda z: standardised_weights(z, 1.0, 1 / 8), seed=0),
    }


def outside(weigh, *, seed: int) -> float:
    """Of 1,000 draws of scores and values, all normal."""
    generator = torch.Generator().manual_seed(seed)
    weights = weigh(torch.randn(1000, 8, generator=generator, dtype=torch.float64))
    values = torch.randn(1000, 8, 2, generator=generator, dtype=torch.float64)
    read = (weights[:, None] @ values)[:, 0]
    pairs = zip(read, values, strict=True)
    return sum(not inside_hull(point, others) for point, others in pairs) / 1000


@claim("root-of-n", source="Derived here", computes=standardised_weights)
def root_of_n() -> dict[str, float]:
    """Root mean square of a read-out of independent unit values, over the root of n."""
    return {f"n = {n}": size_at(n, seed=0) / n**0.5 for n in (8, 64, 512)}


def size_at(n: int, *, seed: int) -> float:
    """Root mean square over 4,000 draws."""
    generator = torch.Generator().manual_seed(seed)
    weights = standardised_weights(torch.randn(4000, n, generator=generator))
    values = torch.randn(4000, n, generator=generator)
    return (weights * values).sum(-1).square().mean().sqrt().item()


@claim("one-head-subtracts", source="Measured here", computes=standardised_weights)
def difference() -> dict[str, float]:
    """Recorded: largest error over five seeds, as a share of the target's variance, by length."""
    found = {}
    for kind, lengths in SUMMARY["densities-difference"].items():
        for n, numbers in lengths.items():
            found[f"{kind} head, n = {n}, most"] = max(numbers["error"])
            found[f"{kind} head, n = {n}, least"] = min(numbers["error"])
            found[f"{kind} head, n = {n}, cosine"] = min(numbers["cosine"])
    return found
