"""Waiver: a key that takes much weight and gives almost nothing, and what removing it costs."""

from attnkit.normalisation.waiver.gift import value_weighted_share, waiver_ratio
from attnkit.normalisation.waiver.removal import change_if_dropped, change_if_renormalised

__all__ = ["change_if_dropped", "change_if_renormalised", "value_weighted_share", "waiver_ratio"]
