"""What this room asks: its tasks, and the problem set that hands them out."""

from attnkit.coursework import ProblemSet
from attnkit.random_features.exercises.cannot_count import CANNOT_COUNT
from attnkit.random_features.exercises.count_the_eigenfunctions import COUNT_THE_EIGENFUNCTIONS
from attnkit.random_features.exercises.free_intercept import FREE_INTERCEPT
from attnkit.random_features.exercises.head_correlation import HEAD_CORRELATION
from attnkit.random_features.exercises.heads_for_a_percent import HEADS_FOR_A_PERCENT
from attnkit.random_features.exercises.infinite_head_kernel import INFINITE_HEAD_KERNEL
from attnkit.random_features.exercises.masked_heads import MASKED_HEADS
from attnkit.random_features.exercises.reading_the_dial import READING_THE_DIAL
from attnkit.random_features.exercises.two_scores import TWO_SCORES
from attnkit.random_features.exercises.what_the_constant_buys import WHAT_THE_CONSTANT_BUYS

__all__ = [
    "CANNOT_COUNT",
    "COUNT_THE_EIGENFUNCTIONS",
    "FREE_INTERCEPT",
    "HEADS_FOR_A_PERCENT",
    "HEAD_CORRELATION",
    "INFINITE_HEAD_KERNEL",
    "MASKED_HEADS",
    "RANDOM_FEATURES",
    "READING_THE_DIAL",
    "TWO_SCORES",
    "WHAT_THE_CONSTANT_BUYS",
]

RANDOM_FEATURES = ProblemSet(
    name="random-features",
    part=2,
    title="What can a head express?",
    introduction=(
        "Frozen heads and trained values: the kernel behind them, what it can't express, how many "
        "heads and samples it takes, and what is left of the theory on real recordings."
    ),
    tasks=(
        CANNOT_COUNT,
        HEAD_CORRELATION,
        HEADS_FOR_A_PERCENT,
        FREE_INTERCEPT,
        INFINITE_HEAD_KERNEL,
        WHAT_THE_CONSTANT_BUYS,
        COUNT_THE_EIGENFUNCTIONS,
        READING_THE_DIAL,
        MASKED_HEADS,
        TWO_SCORES,
    ),
)
