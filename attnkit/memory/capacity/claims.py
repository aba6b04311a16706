"""What is claimed of the four capacities."""

from attnkit.claims import claim
from attnkit.memory import theory
from attnkit.memory.capacity.monte_carlo import read_overlaps
from attnkit.memory.shared.unit_vectors import seeded

QIAO = "compare Qiao 2025 (abstracts only); derived here"


@claim("four-capacities", source=QIAO, computes=theory.average_capacity)
def four_capacities() -> dict[str, float]:
    """How much each capacity grows when the key width grows fourfold, from 256 to 1024."""
    laws = {
        "average": lambda d: theory.average_capacity(d, 0.5) - 1,
        "worst case": lambda d: theory.worst_case_capacity(d, 0.5) - 1,
        "guaranteed": lambda d: theory.coherence_capacity(d, 0.5) - 1,
        "every bit": lambda d: theory.perfect_recall_capacity(d, 16),
    }
    return {name: law(1024) / law(256) for name, law in laws.items()}


@claim("snr-is-width-over-pairs", source="derived here", computes=theory.retrieval_snr)
def snr_is_width_over_pairs() -> dict[str, float]:
    """Measured over predicted signal-to-noise ratio, 33 pairs at key width 64."""
    overlaps = read_overlaps(1000, 33, 64, generator=seeded())
    measured = 1 / overlaps[:, 1:].square().sum(-1).mean().item()
    return {"measured over predicted": measured / theory.retrieval_snr(33, 64)}
