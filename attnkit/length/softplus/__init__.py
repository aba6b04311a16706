"""Softplus attention: the exponential made straight, and a power that sharpens it again."""

from attnkit.length.softplus.attention import LSSAR, lssa, lssar
from attnkit.length.softplus.cosines import cosine_scores
from attnkit.length.softplus.limits import highest_lssa_weight, lssar_limit
from attnkit.length.softplus.reweighting import reweight, reweighted_softplus_weights
from attnkit.length.softplus.softplus import softplus_weights

__all__ = [
    "LSSAR",
    "cosine_scores",
    "highest_lssa_weight",
    "lssa",
    "lssar",
    "lssar_limit",
    "reweight",
    "reweighted_softplus_weights",
    "softplus_weights",
]
