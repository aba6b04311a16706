"""The moving figures of this room, as the gallery finds them."""

from attnkit.densities.figures.attended_gesture import ATTENDED_GESTURE
from attnkit.densities.figures.continuous_alpha import CONTINUOUS_ALPHA
from attnkit.densities.figures.existence_lab import EXISTENCE_LAB
from attnkit.densities.figures.finite_entmax import FINITE_ENTMAX
from attnkit.densities.figures.kernel_score import KERNEL_SCORE
from attnkit.densities.figures.planar_attention import PLANAR_ATTENTION
from attnkit.densities.figures.quadrature_convergence import QUADRATURE_CONVERGENCE
from attnkit.densities.figures.signal_attention import SIGNAL_ATTENTION
from attnkit.densities.figures.sparse_mixture import SPARSE_MIXTURE
from attnkit.densities.figures.three_normalisations import THREE_NORMALISATIONS
from attnkit.densities.figures.time_warping import TIME_WARPING_FIGURE

__all__ = [
    "ATTENDED_GESTURE",
    "CONTINUOUS_ALPHA",
    "EXISTENCE_LAB",
    "FINITE_ENTMAX",
    "KERNEL_SCORE",
    "PLANAR_ATTENTION",
    "QUADRATURE_CONVERGENCE",
    "SIGNAL_ATTENTION",
    "SPARSE_MIXTURE",
    "THREE_NORMALISATIONS",
    "TIME_WARPING_FIGURE",
]
