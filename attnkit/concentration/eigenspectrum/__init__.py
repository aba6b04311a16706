"""The eigenvalues of a head's query-key matrix: where they lie decides how its attention looks."""

from attnkit.concentration.eigenspectrum.ensemble import bilinear_scores, score_matrix
from attnkit.concentration.eigenspectrum.localisation import (
    Localisation,
    localisation,
    output_cosine,
)
from attnkit.concentration.eigenspectrum.penalty import scale_penalty
from attnkit.concentration.eigenspectrum.self_weight import self_weight
from attnkit.concentration.eigenspectrum.spectrum import Spectrum, spectrum

__all__ = [
    "Localisation",
    "Spectrum",
    "bilinear_scores",
    "localisation",
    "output_cosine",
    "scale_penalty",
    "score_matrix",
    "self_weight",
    "spectrum",
]
