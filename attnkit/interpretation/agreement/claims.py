"""What the page on agreement claims, from the recorded runs."""

import numpy as np

from attnkit.claims import claim
from attnkit.interpretation.agreement.ranks import kendall_tau
from attnkit.interpretation.agreement.recorded import agreement_real, agreement_toy

__all__ = ["PAIRS", "context_parts", "explanations_disagree"]

PAIRS = (
    *("attention - gradient", "attention - deleted", "attention - planted"),
    *("deleted - planted", "integrated - planted"),
)


@claim(
    "context-parts-explanations",
    source="Measured here; the question is that of Jain and Wallace 2019",
    computes=kendall_tau,
)
def context_parts() -> dict[str, float]:
    """Recorded: mean tau over five seeds, of a bag of words and of a BiGRU."""
    return {
        f"{context}, {pair}": float(agreement_toy(context)[pair].mean())
        for context in ("bag", "BiGRU")
        for pair in PAIRS
    }


@claim(
    "explanations-disagree", source="Measured here on one six-layer encoder", computes=kendall_tau
)
def explanations_disagree() -> dict[str, float]:
    """Recorded: mean tau of sizes over sentences; the largest two, attention's, and chance's."""
    table = {name: tau for name, (tau, _) in agreement_real("sizes").items()}
    known = {name: tau for name, tau in table.items() if "random" not in name}
    chance = [abs(tau) for name, tau in table.items() if "random" in name]
    own = {name: tau for name, tau in known.items() if "attention" in name}
    return {
        "median of all pairs": float(np.median([*known.values()])),
        "largest of all pairs": max(known.values()),
        "chance, furthest from 0": max(chance),
        **own,
        "deleted - replaced": known["deleted - replaced"],
    }
