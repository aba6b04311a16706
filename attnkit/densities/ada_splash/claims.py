"""What the page on AdaSplash claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities.ada_splash.bracket import Bracket, histogram_bracket, scaled, wide_bracket
from attnkit.densities.ada_splash.passes import passes
from attnkit.densities.ada_splash.rules import halley, halving, newton
from attnkit.densities.finite import entmax

__all__ = ["STARTS", "bracket_holds", "mean_passes", "passes_needed", "starts_of", "threshold_of"]

BINS = (2, 8, 64)
STARTS = ("far end", "middle", *(f"{n} bins" for n in BINS))


def threshold_of(scores: torch.Tensor, alpha: float) -> torch.Tensor:
    """The threshold of the heights, from the weight that `entmax` gives the best key."""
    return -(entmax(scores, alpha).amax(-1, keepdim=True) ** (alpha - 1))


@claim(
    "histogram-bracket",
    source="Goncalves et al. 2026, arXiv:2604.15180; derived here",
    computes=histogram_bracket,
)
def bracket_holds() -> dict[str, float]:
    """How far the threshold lies outside the bracket, at most, in 2,400 rows; its mean place in it.

    The place is 0 at the lower end and 1 at the upper.
    """
    generator = torch.Generator().manual_seed(0)
    outside, place = 0.0, []
    for alpha in (1.1, 1.25, 1.5, 1.75, 2.0):
        for n_bins in (2, 4, 8, 64):
            spread = 3 * torch.rand(120, 1, generator=generator, dtype=torch.float64)
            scores = spread * torch.randn(120, 211, generator=generator, dtype=torch.float64)
            root = threshold_of(scores, alpha)
            bracket = histogram_bracket(scaled(scores, alpha), alpha, n_bins)
            beyond = torch.maximum(bracket.low - root, root - bracket.high)
            outside = max(outside, beyond.max().item())
            place.append(((root - bracket.low) * n_bins).mean().item())
    return {"outside": outside, "mean place": sum(place) / len(place)}


def starts_of(heights: torch.Tensor, alpha: float) -> dict[str, tuple[Bracket, torch.Tensor]]:
    """A bracket and a start in it: its far end, the middle, or the middle of a histogram's."""
    wide = wide_bracket(heights, alpha)
    plain = Bracket(wide.low, torch.zeros_like(wide.low))
    found = {"far end": (plain, plain.low), "middle": (plain, plain.middle)}
    for n_bins in BINS:
        bracket = histogram_bracket(heights, alpha, n_bins)
        found[f"{n_bins} bins"] = (bracket, bracket.middle)
    return found


@claim(
    "passes-of-a-threshold",
    source="Goncalves et al. 2025 and 2026; counted here",
    computes=passes,
)
def passes_needed() -> dict[str, float]:
    """Halley's mean passes over 60 normal rows of 4,096 keys, to a sum within 1e-6 of one."""
    found = mean_passes(0, 4096)
    return {name: number for name, number in found.items()
            if "halley" in name and name.endswith((" middle", " 8 bins"))}  # fmt: skip


def mean_passes(seed: int, n_keys: int) -> dict[str, float]:
    """The same on other rows, by order, rule and start."""
    found = {}
    for alpha in (1.1, 1.5, 2.0):
        generator = torch.Generator().manual_seed(seed)
        scores = torch.randn(60, n_keys, generator=generator, dtype=torch.float64)
        heights = scaled(scores, alpha)
        for name, (bracket, start) in starts_of(heights, alpha).items():
            for rule in (halving, newton, halley):
                mean = passes(rule, heights, alpha, bracket, start).double().mean().item()
                found[f"alpha = {alpha}, {rule.__name__}, {name}"] = mean
    return found
