"""What the page on rank collapse claims, measured."""

from attnkit.claims import claim
from attnkit.concentration.rank_collapse.graph import collapse_rate
from attnkit.concentration.rank_collapse.stacks import MASKS, random, run
from attnkit.diagnostics import rank_residual

__all__ = ["measured_rate", "rank_collapse_order", "rank_collapse_rate", "residuals"]

FROM, TO = 32, 42


def residuals(mask: str, depth: int, *, seed: int):
    """Rank residuals of a stack of random scores and rotations, layer by layer."""
    return rank_residual(run(random, mask, "nothing", depth, seed=seed))


def measured_rate(mask: str, *, seed: int) -> float:
    """Factor per layer, over ten layers of a stack that has nearly collapsed."""
    left = residuals(mask, TO, seed=seed)
    return (left[TO] / left[FROM]).item() ** (1 / (TO - FROM))


@claim(
    "rank-collapse-rate",
    source="Derived here; that it is exponential: Wu et al. 2024 (abstract only)",
    computes=collapse_rate,
)
def rank_collapse_rate() -> dict[str, float]:
    """Factor per layer for 32 tokens, by the law and measured in five stacks."""
    found = {}
    for mask in ("causal", "window ±4", "window ±1"):
        rates = [measured_rate(mask, seed=seed) for seed in range(5)]
        found[f"{mask}, law"] = collapse_rate(MASKS[mask](32))
        found[f"{mask}, least"], found[f"{mask}, most"] = min(rates), max(rates)
    return found


@claim(
    "rank-collapse-order",
    source="Wu et al. 2024 (abstract only: local masks slow the collapse); measured here",
    computes=rank_residual,
)
def rank_collapse_order() -> dict[str, float]:
    """Rank residual after 16 layers, least and greatest of five stacks."""
    found = {}
    for mask in ("full", "causal", "window ±4", "window ±1"):
        left = [residuals(mask, 16, seed=seed)[-1].item() for seed in range(5)]
        found[f"{mask}, least"], found[f"{mask}, most"] = min(left), max(left)
    return found
