"""What the page on softplus attention claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities import softmax
from attnkit.length.softplus.experiments.needle import WIDTH, needle_cosines, scale
from attnkit.length.softplus.limits import highest_lssa_weight, lssar_limit
from attnkit.length.softplus.reweighting import reweighted_softplus_weights
from attnkit.length.softplus.softplus import softplus_weights

__all__ = ["lssa_disperses", "lssar_power", "softplus_scale"]

SOURCE = "Derived here for the maps of Gao et al. 2025"


def rows(n_keys: int, cosine: float, *, seed: int) -> Tensor:
    """Cosines of eight queries with a needle and random rivals."""
    return needle_cosines(8, n_keys, cosine, torch.Generator().manual_seed(seed))


@claim("lssa-disperses", source=SOURCE, computes=softplus_weights)
def lssa_disperses() -> dict[str, float]:
    """LSSA's weight of a needle that is the query itself, and its bound, at width 64."""
    found = {}
    for n in (1024, 16384):
        cosines = rows(n, 1.0, seed=0)
        found[f"n = {n}"] = softplus_weights(scale(cosines) * cosines)[:, 0].mean().item()
        found[f"bound, n = {n}"] = highest_lssa_weight(n, WIDTH)
    return found


@claim("softplus-scale", source=SOURCE, computes=reweighted_softplus_weights)
def softplus_scale() -> dict[str, float]:
    """How much the needle's weight moves, n = 16,384, cosine 0.6, when scores are halved."""
    cosines = rows(16384, 0.6, seed=0)
    moved = {}
    for name, weigh in (("LSSAR", reweighted_softplus_weights), ("softmax", softmax)):
        once, half = (weigh(f * scale(cosines) * cosines)[:, 0].mean() for f in (1.0, 0.5))
        moved[name] = (once - half).abs().item()
    return moved


@claim("lssar-power", source=SOURCE, computes=reweighted_softplus_weights)
def lssar_power() -> dict[str, float]:
    """LSSAR's weight of a needle of cosine 0.6 at width 64, and its limit for a steep softplus."""
    found = {}
    for n in (1024, 16384, 262_144):
        cosines = rows(n, 0.6, seed=0)
        weights = reweighted_softplus_weights(scale(cosines) * cosines)
        found[f"n = {n}"] = weights[:, 0].mean().item()
        found[f"limit, n = {n}"] = lssar_limit(n, 0.6, WIDTH)
    return found
