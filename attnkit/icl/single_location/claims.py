"""What the page on a single location claims, measured."""

import math

import torch

from attnkit.claims import claim
from attnkit.icl.single_location.locations import location_mean, sample_locations
from attnkit.icl.single_location.recorded import by_samples, real_rows, trained
from attnkit.icl.single_location.risks import (
    bayes_location_risk,
    linear_location_risk,
    softmax_location_risk,
)

__all__ = [
    "few_prompts",
    "heavy_tails",
    "looks_and_sums",
    "posterior",
    "real_rows_stand_out",
    "trained_location",
]

PAPER = "Duranthon et al. 2025, arXiv:2509.21936 (abstract)"


@claim("softmax-is-the-posterior", source="Derived here", computes=location_mean)
def posterior() -> dict[str, float]:
    """Risk at the posterior's query and at one shorter, longer or aside: L = 20, nu = 9."""
    at = {"strength": 3.0}
    moved = {
        "posterior": {},
        "shorter": {"strength": 2.7},
        "longer": {"strength": 3.3},
        "aside": {"overlap": 0.9},
    }
    return {name: softmax_location_risk(20, 9.0, **(at | change)) for name, change in moved.items()}


@claim("look-or-sum", source="Derived here, after " + PAPER, computes=bayes_location_risk)
def looks_and_sums() -> dict[str, float]:
    """Risks of Bayes and of linear attention where nu is 16, one times 2 log L, and twice that."""
    found = {}
    for n in (10, 100, 10_000, 1_000_000):
        for name, signal in (("nu = 16", 16.0), ("2 log L", 2 * math.log(n))):
            found[f"L = {n}, {name}, Bayes"] = bayes_location_risk(n, signal)
            found[f"L = {n}, {name}, linear"] = linear_location_risk(n, signal)
        found[f"L = {n}, 4 log L, Bayes"] = bayes_location_risk(n, 4 * math.log(n))
        found[f"L = {n}, 1 log L, Bayes"] = bayes_location_risk(n, math.log(n))
    return found


@claim("location-trained", source=PAPER + "; trained here", computes=sample_locations)
def trained_location() -> dict[str, float]:
    """Largest and least share of five seeds by which a trained head is above Bayes, at nu = 16."""
    found = {}
    for kind in ("softmax", "linear"):
        for n in (5, 20, 80):
            at = trained(kind, n)
            share = at["excess"] / at["bayes"]
            found |= {f"{kind}, L = {n}, least": share.min(), f"{kind}, L = {n}, most": share.max()}
    return {name: float(share) for name, share in found.items()}


@claim("few-prompts", source=PAPER + "; trained here", computes=sample_locations)
def few_prompts() -> dict[str, float]:
    """Mean excess risk over five seeds by prompts per dimension, softmax and linear."""
    return {
        f"{kind}, {ratio}": float(excess.mean())
        for kind in ("softmax", "linear")
        for ratio, excess in by_samples(kind).items()
    }


@claim("heavy-tails", source="Derived here", computes=location_mean)
def heavy_tails() -> dict[str, float]:
    """Risk with Laplace noise along the key: Bayes, and softmax of linear scores at its best."""
    signal, n_tokens, scale = 16.0, 10, math.sqrt(0.5)
    generator = torch.Generator().manual_seed(0)
    uniform = torch.rand(20_000, n_tokens, generator=generator, dtype=torch.float64) - 0.5
    along = -scale * uniform.sign() * (1 - 2 * uniform.abs()).log()
    along[:, 0] += math.sqrt(signal)
    ratio = (along.abs() - (along - math.sqrt(signal)).abs()) / scale
    strengths = [0.5 + 0.25 * i for i in range(30)]
    linear = [_risk((strength * along).softmax(-1)) for strength in strengths]
    return {
        "Bayes": _risk(ratio.softmax(-1)),
        "best softmax of linear scores": min(linear),
        "its strength": strengths[linear.index(min(linear))],
        "with normal noise": bayes_location_risk(n_tokens, signal),
    }


def _risk(weights: torch.Tensor) -> float:
    """Least risk of these weights, the marked token first, over the gain of the value."""
    hit, collision = weights[:, 0].mean().item(), weights.square().sum(-1).mean().item()
    return 1 - hit**2 / collision


@claim("real-rows-stand-out", source="Measured here on one encoder", computes=real_rows)
def real_rows_stand_out() -> dict[str, float]:
    """Over 72 heads: share of rows with a leader no noise explains; median lead over s²."""
    at = real_rows()
    marked, calibration = at["marked"].ravel(), at["calibration"].ravel()
    return {
        "least marked": float(marked.min()),
        "median marked": float(sorted(marked)[36]),
        "most marked": float(marked.max()),
        "median calibration": float(sorted(calibration)[36]),
        "heads below one": float((calibration < 1).sum()),
    }
