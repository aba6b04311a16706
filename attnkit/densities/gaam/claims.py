"""What the page on Gaussian adaptive attention claims, measured."""

import numpy as np
import torch
from torch.func import vmap

from attnkit.claims import claim
from attnkit.densities.gaam.gaam import gaam_weights, one_gaussian
from attnkit.densities.gaam.recorded import SUMMARY, by_head

__all__ = ["bumps", "gate_of_heads", "one_is_enough", "real_rows"]


@claim("one-gaussian", source="Derived here", computes=one_gaussian)
def one_is_enough() -> dict[str, float]:
    """Peak and width of a product of two, and how far a thousand products are from one Gaussian."""
    centres, widths = torch.tensor([-2.0, 2.0]), torch.tensor([0.7, 1.3])
    peak, width = (number.item() for number in one_gaussian(centres, widths))
    return {"peak": peak, "width": width, "largest difference": apart(seed=0)}


def apart(*, seed: int) -> float:
    """Largest difference between weights by five Gaussians and by the one that they are."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randn(1000, 13, generator=generator, dtype=torch.float64)
    offsets = torch.randn(1000, 5, generator=generator, dtype=torch.float64)
    widths = 0.2 + 2 * torch.rand(1000, 5, generator=generator, dtype=torch.float64)
    by_one = (each.unsqueeze(-1) for each in one_gaussian(offsets, widths))
    weigh = vmap(gaam_weights)  # which takes the same Gaussians for every row
    return (weigh(rows, *by_one) - weigh(rows, offsets, widths)).abs().max().item()


@claim("two-bumps", source="Measured here", computes=gaam_weights)
def bumps() -> dict[str, float]:
    """Recorded: divergence after training from two bumps, least and largest of five seeds."""
    found = SUMMARY["densities-gaam-bumps"]
    return {
        f"{name}, {word}": float(of(table["divergence"]))
        for name, table in found.items()
        for word, of in (("least", min), ("largest", max))
    }


@claim("gate-of-heads", source="Derived here", computes=gaam_weights)
def gate_of_heads() -> dict[str, float]:
    """Sum of the gate of 48 features by 1, 4 and 12 heads; how much it leaves of their size."""
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(1000, 48, generator=generator)
    found = {}
    for n_heads in (1, 4, 12):
        parts = features.unflatten(-1, (n_heads, -1))
        gate = gaam_weights(parts, torch.zeros(1), torch.ones(1)).flatten(-2)
        shrunk = (features * gate).norm() / features.norm()
        found[f"{n_heads} heads, sum"] = gate.sum(-1).mean().item()
        found[f"{n_heads} heads, size"] = shrunk.item()
    return found


@claim("gaam-real", source="Measured here on one six-layer encoder", computes=gaam_weights)
def real_rows() -> dict[str, float]:
    """Recorded: divergence of real rows from the best product, of equal weights, finite widths."""
    product, uniform = by_head("product"), by_head("uniform")
    return {
        "median head": float(np.median(product)),
        "worst head": float(product.max()),
        "median head, equal weights": float(np.median(uniform)),
        "median head, a parabola of any sign": float(
            np.median(by_head("with a parabola of any sign"))
        ),
        "heads of finite width": float(np.mean(SUMMARY["densities-gaam-real"]["finite"])),
    }
