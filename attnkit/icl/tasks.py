"""The tasks of this room, and the order in which they are handed out."""

from attnkit.coursework import ProblemSet
from attnkit.icl.exercises.best_plain_rate import BEST_PLAIN_RATE
from attnkit.icl.exercises.flat_valley import FLAT_VALLEY
from attnkit.icl.exercises.frozen_normaliser import FROZEN_NORMALISER
from attnkit.icl.exercises.heads_needed import HEADS_NEEDED
from attnkit.icl.exercises.lost_ballot import LOST_BALLOT
from attnkit.icl.exercises.one_gradient_step import ONE_GRADIENT_STEP
from attnkit.icl.exercises.plain_preconditioner import PLAIN_PRECONDITIONER
from attnkit.icl.exercises.superposed_heads import SUPERPOSED_HEADS
from attnkit.icl.exercises.two_heads_one_step import TWO_HEADS_ONE_STEP

__all__ = [
    "BEST_PLAIN_RATE",
    "FLAT_VALLEY",
    "FROZEN_NORMALISER",
    "HEADS_NEEDED",
    "ICL_SET",
    "LOST_BALLOT",
    "ONE_GRADIENT_STEP",
    "PLAIN_PRECONDITIONER",
    "SUPERPOSED_HEADS",
    "TWO_HEADS_ONE_STEP",
]

ICL_SET = ProblemSet(
    name="icl",
    part=3,
    title="What a head learns",
    introduction=(
        "A layer of softmax heads that is trained on regression prompts takes one step of gradient "
        "descent. You build that step and the heads that take it, look for what breaks the story, "
        "and share heads between tasks."
    ),
    tasks=(
        ONE_GRADIENT_STEP,
        BEST_PLAIN_RATE,
        TWO_HEADS_ONE_STEP,
        FLAT_VALLEY,
        LOST_BALLOT,
        FROZEN_NORMALISER,
        PLAIN_PRECONDITIONER,
        HEADS_NEEDED,
        SUPERPOSED_HEADS,
    ),
)
