"""How concentrated are the weights, and what collapses when they are too much or too little so?"""

from attnkit.concentration.eigenspectrum import (
    bilinear_scores,
    localisation,
    output_cosine,
    score_matrix,
    spectrum,
)

__all__ = ["bilinear_scores", "localisation", "output_cosine", "score_matrix", "spectrum"]
