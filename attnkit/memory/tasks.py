"""The tasks of this room, and the order in which they are handed out."""

from attnkit.coursework import ProblemSet
from attnkit.memory.exercises.adding_wins import ADDING_WINS
from attnkit.memory.exercises.attention_in_chunks import ATTENTION_IN_CHUNKS
from attnkit.memory.exercises.best_keys import BEST_KEYS
from attnkit.memory.exercises.blocked_compound import BLOCKED_COMPOUND
from attnkit.memory.exercises.crossing_curves import CROSSING_CURVES
from attnkit.memory.exercises.delta_memory import DELTA_MEMORY
from attnkit.memory.exercises.gradients_by_renaming import GRADIENTS_BY_RENAMING
from attnkit.memory.exercises.long_forgotten import LONG_FORGOTTEN
from attnkit.memory.exercises.momentum_memory import MOMENTUM_MEMORY
from attnkit.memory.exercises.noisy_capacity import NOISY_CAPACITY
from attnkit.memory.exercises.odd_kernel import ODD_KERNEL
from attnkit.memory.exercises.silent_inhibitor import SILENT_INHIBITOR

__all__ = [
    "ADDING_WINS",
    "ATTENTION_IN_CHUNKS",
    "BEST_KEYS",
    "BLOCKED_COMPOUND",
    "CROSSING_CURVES",
    "DELTA_MEMORY",
    "GRADIENTS_BY_RENAMING",
    "LONG_FORGOTTEN",
    "MEMORY_SET",
    "MOMENTUM_MEMORY",
    "NOISY_CAPACITY",
    "ODD_KERNEL",
    "SILENT_INHIBITOR",
]

MEMORY_SET = ProblemSet(
    name="memory",
    part=4,
    title="What a head remembers",
    introduction=(
        "Attention without the exponential is a memory that is written and probed. You write the "
        "rules that fill it, predict what an animal with such a memory would do, count what it "
        "holds, follow what it forgets, and make it fast."
    ),
    tasks=(
        DELTA_MEMORY,
        BLOCKED_COMPOUND,
        SILENT_INHIBITOR,
        NOISY_CAPACITY,
        BEST_KEYS,
        ODD_KERNEL,
        ADDING_WINS,
        LONG_FORGOTTEN,
        MOMENTUM_MEMORY,
        CROSSING_CURVES,
        ATTENTION_IN_CHUNKS,
        GRADIENTS_BY_RENAMING,
    ),
)
