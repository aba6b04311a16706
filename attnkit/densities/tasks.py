"""What this room asks: its tasks, and the problem set that hands them out."""

from attnkit.coursework import ProblemSet
from attnkit.densities.exercises.critical_temperature import CRITICAL_TEMPERATURE
from attnkit.densities.exercises.divide_and_shift import DIVIDE_AND_SHIFT
from attnkit.densities.exercises.entmax_threshold import ENTMAX_THRESHOLD
from attnkit.densities.exercises.erased_samples import ERASED_SAMPLES
from attnkit.densities.exercises.escort_gradient import ESCORT_GRADIENT
from attnkit.densities.exercises.same_entropy import SAME_ENTROPY
from attnkit.densities.exercises.sum_to_integral import SUM_TO_INTEGRAL
from attnkit.densities.exercises.tent_score import TENT_SCORE
from attnkit.densities.exercises.two_pieces import TWO_PIECES
from attnkit.densities.exercises.where_both_agree import WHERE_BOTH_AGREE

__all__ = [
    "CRITICAL_TEMPERATURE",
    "DENSITIES",
    "DIVIDE_AND_SHIFT",
    "ENTMAX_THRESHOLD",
    "ERASED_SAMPLES",
    "ESCORT_GRADIENT",
    "SAME_ENTROPY",
    "SUM_TO_INTEGRAL",
    "TENT_SCORE",
    "TWO_PIECES",
    "WHERE_BOTH_AGREE",
]

DENSITIES = ProblemSet(
    name="densities",
    part=1,
    title="Where does attention look?",
    introduction=(
        "How marks become shares of attention: the threshold and its consequences, first over a "
        "row of keys, then over a line, then over a score with two hills."
    ),
    tasks=(
        CRITICAL_TEMPERATURE,
        ENTMAX_THRESHOLD,
        SAME_ENTROPY,
        DIVIDE_AND_SHIFT,
        ESCORT_GRADIENT,
        SUM_TO_INTEGRAL,
        TENT_SCORE,
        ERASED_SAMPLES,
        TWO_PIECES,
        WHERE_BOTH_AGREE,
    ),
)
