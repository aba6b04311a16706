"""What the page on attention calibration claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities import softmax
from attnkit.diagnostics import sink_share
from attnkit.normalisation.act.act import calibrate_sinks

__all__ = ["calibration_factor"]


def causal_maps(n_maps: int, n_tokens: int, *, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Random causal maps in which each key has a height of its own, and their mask."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.ones(n_tokens, n_tokens, dtype=torch.bool).tril()
    scores = torch.randn(n_maps, n_tokens, n_tokens, generator=generator, dtype=torch.float64)
    heights = 2 * torch.randn(n_maps, 1, n_tokens, generator=generator, dtype=torch.float64)
    return softmax(scores + heights, mask=mask), mask


def furthest_from_law(n_maps: int, beta: float, threshold: float, *, seed: int) -> dict[str, float]:
    """How far sums are from one, and other weights from (1 - beta s) / (1 - s) times their own."""
    weights, mask = causal_maps(n_maps, 16, seed=seed)
    calibrated = calibrate_sinks(weights, beta, threshold, mask)
    above = sink_share(weights, mask) > threshold
    flagged = (above & (above.cumsum(-1) > 1))[:, None]
    s = (weights * flagged).sum(-1, keepdim=True)
    factor = (1 - beta * s) / (1 - s)
    off = (calibrated - factor * weights).masked_fill(flagged | (s == 1), 0.0)
    return {
        "furthest sum from one": (calibrated.sum(-1) - 1).abs().max().item(),
        "furthest weight from the law": off.abs().max().item(),
        "largest factor": factor[s < 1].max().item(),
    }


@claim(
    "calibration-factor",
    source="Derived here for Yu et al. 2024",
    computes=calibrate_sinks,
)
def calibration_factor() -> dict[str, float]:
    """1,000 random causal maps of 16 tokens, beta 0.4, threshold 0.1."""
    return furthest_from_law(1000, 0.4, 0.1, seed=0)
