"""What the page on a learned alpha claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities.adaptively_sparse.adaptive import AdaptiveEntmax, adaptive_weights
from attnkit.densities.adaptively_sparse.recorded import SUMMARY
from attnkit.densities.finite import entmax

__all__ = ["alpha_at_one", "heads_order", "real_heads"]


@claim("alpha-at-one", source="Derived here", computes=adaptive_weights)
def alpha_at_one() -> dict[str, float]:
    """Largest distance between the slope in alpha as alpha nears 1 and its limit there."""
    scores = torch.linspace(-2, 2, 9, dtype=torch.float64)
    p, logs = scores.softmax(-1), scores.log_softmax(-1)
    limit = -p * (logs**2 - (p * logs**2).sum()) / 2
    return {f"alpha − 1 = {x:g}": distance(scores, x, limit) for x in (1e-1, 1e-3, 1e-6, 0.0)}


def distance(scores: torch.Tensor, excess: float, limit: torch.Tensor) -> float:
    """Of the slope at alpha = 1 + excess from the limit, at the key where it is largest."""
    at = torch.tensor(1 + excess, dtype=torch.float64)
    slope = torch.func.jacrev(lambda alpha: entmax(scores, alpha[None]))(at)
    return (slope - limit).abs().max().item()


@claim(
    "heads-order-alpha",
    source="Measured here; the layer is that of Correia et al. 2019",
    computes=AdaptiveEntmax,
)
def heads_order() -> dict[str, float]:
    """Recorded: alpha of the sharp head less that of the flat one, least over starts and seeds."""
    found = {}
    for scale, starts in SUMMARY["densities-learned-alpha"].items():
        gaps = [
            sharp - flat
            for heads in starts.values()
            for sharp, flat in zip(heads["best key"]["alpha"], heads["mean"]["alpha"], strict=True)
        ]
        alphas = [a for heads in starts.values() for a in heads["mean"]["alpha"]]
        found[f"scale {scale}, least difference"] = min(gaps)
        found[f"scale {scale}, spread of the flat head's alpha"] = max(alphas) - min(alphas)
    return found


@claim(
    "real-heads-alpha",
    source="Measured here on one six-layer encoder",
    computes=adaptive_weights,
)
def real_heads() -> dict[str, float]:
    """Recorded: medians over heads at alpha 1.5, and the share of heads that bear no 1.05."""
    real = SUMMARY["densities-adaptively-sparse-real"]
    return {
        "keys of a row": real["n"],
        "support at 1.5": real["by alpha"]["1.5"]["support"][2],
        "entropy at 1.5": real["by alpha"]["1.5"]["entropy"][2],
        "read-out moved at 1.5": real["by alpha"]["1.5"]["moved"][2],
        "bear no 1.05": real["borne"]["1"],
        "apart at 1.5": real["apart at 1.5"][2],
        "apart at 1.5, best scale": real["apart at 1.5, best scale"][2],
    }
