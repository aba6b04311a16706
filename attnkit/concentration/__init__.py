"""How concentrated are the weights, and what collapses when they are too much or too little so?"""

from attnkit.concentration.aem import GatedPooling, negative_attention_entropy
from attnkit.concentration.eigenspectrum import (
    bilinear_scores,
    localisation,
    output_cosine,
    score_matrix,
    spectrum,
)
from attnkit.concentration.entropy_guided import band_penalty, released_band_penalty
from attnkit.concentration.sigma_reparam import (
    SigmaReparam,
    centred_norm,
    divided_by_spectral_norm,
    norm_ceiling,
    sharpest_row,
    sigma_reparametrise,
)

__all__ = [
    "GatedPooling",
    "SigmaReparam",
    "band_penalty",
    "bilinear_scores",
    "centred_norm",
    "divided_by_spectral_norm",
    "localisation",
    "negative_attention_entropy",
    "norm_ceiling",
    "output_cosine",
    "released_band_penalty",
    "score_matrix",
    "sharpest_row",
    "sigma_reparametrise",
    "spectrum",
]
