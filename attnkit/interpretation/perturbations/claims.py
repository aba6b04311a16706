"""What the page on perturbations claims: what attacks in training do to the weights."""

from attnkit.claims import claim
from attnkit.interpretation.perturbations.perturbations import attack_scores
from attnkit.interpretation.perturbations.recorded import attacked

__all__ = ["attacks_silence"]


@claim("attacks-silence-attention", source="Measured here", computes=attack_scores)
def attacks_silence() -> dict[str, float]:
    """Recorded: information, accuracy and tau with the gradient's norm by size, over seeds."""
    found = {}
    for context in ("bag", "BiGRU"):
        for measure in ("share", "accuracy", "tau"):
            sizes, table = attacked(context, measure)
            found |= {
                f"{context}, {measure}, ε = {size:g}": float(row.mean())
                for size, row in zip(sizes, table, strict=True)
            }
    return found
