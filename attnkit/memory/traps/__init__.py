"""Broken forms of the memories, kept to be looked at: each fails in a way met in public code.

Every function measures one trap. It returns the relative error of the broken form and of the form
this package uses, at a severity the caller chooses.
"""

from attnkit.memory.traps.chunks import (
    block_shifted_attention,
    doubled_series,
    entry_errors,
    low_precision_state,
)
from attnkit.memory.traps.decay import decay_carried_twice, factorised_decay, quotient_of_resets
from attnkit.memory.traps.normaliser import (
    detached_normaliser,
    forgotten_normaliser,
    signed_denominator,
)

__all__ = [
    "block_shifted_attention",
    "decay_carried_twice",
    "detached_normaliser",
    "doubled_series",
    "entry_errors",
    "factorised_decay",
    "forgotten_normaliser",
    "low_precision_state",
    "quotient_of_resets",
    "signed_denominator",
]
