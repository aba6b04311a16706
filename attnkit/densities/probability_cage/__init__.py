"""Attention that is no expectation: scores are standardised, so that weights may subtract."""

from attnkit.densities.probability_cage.layer import StandardisedAttention
from attnkit.densities.probability_cage.standardised import (
    standardised_attention,
    standardised_weights,
)

__all__ = ["StandardisedAttention", "standardised_attention", "standardised_weights"]
