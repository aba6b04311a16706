"""Animals that learn from their errors: the delta rule over trials."""

from dataclasses import dataclass

from attnkit.arguments import checked
from attnkit.memory.delta.chunkwise import delta_rule
from attnkit.memory.shared.rule import LinearRule, Rate, Share, corrected, gate

__all__ = ["Delta", "GatedDelta"]


@checked
@dataclass(frozen=True)
class Delta(LinearRule):
    """w ← w + b x (λ − x·w): Rescorla and Wagner 1972, and DeltaNet. The memory is w, (cue,).

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], or no number; from `attend`, sequences that no memory takes.

    References
    ----------
    Rescorla and Wagner 1972; as attention Schlag et al. 2021 (arXiv:2102.11174).
    """

    rate: Rate = 0.1

    def update(self, memory, present, outcome):
        return corrected(memory, present, outcome, self.rate)

    def attend(self, queries, keys, values):
        return delta_rule(queries, keys, values, gate(self.rate, keys))[0]


@checked
@dataclass(frozen=True)
class GatedDelta(LinearRule):
    """w ← g w, then the delta rule: the error is against the faded memory w, (cue,).

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number; from `attend`,
        sequences that no memory takes.

    References
    ----------
    Yang et al. 2024 (arXiv:2412.06464), the gated delta rule.
    """

    rate: Rate = 0.1
    retention: Share = 0.995

    def update(self, memory, present, outcome):
        return corrected(self.retention * memory, present, outcome, self.rate)

    def attend(self, queries, keys, values):
        log_decay = gate(self.retention, keys).log()
        return delta_rule(queries, keys, values, gate(self.rate, keys), log_decay=log_decay)[0]
