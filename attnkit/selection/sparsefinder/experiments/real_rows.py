"""What the nearest keys of a few learned coordinates catch of a trained model's rows."""

from attnkit.experiments import Experiment
from attnkit.selection.shared.on_real import captured
from attnkit.selection.sparsefinder.experiments.halves import buckets_of, finder, nearest_of
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["SPARSEFINDER_REAL", "run"]

N_FEATURES = 4


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each way and budget the mass, density and share of empty rows of every head."""
    read = capture(real().model, passage(case))
    half = case["passage"] % 2
    learned, random = finder(half, N_FEATURES), finder(half, N_FEATURES, 0)
    ways = {
        "4 learned coordinates": nearest_of(learned),
        "4 random coordinates": nearest_of(random),
        "buckets of 4 learned": buckets_of(learned),
    }
    return {name: captured(read, choose) for name, choose in ways.items()}


SPARSEFINDER_REAL = Experiment(
    name="selection-sparsefinder-real",
    title="A few learned coordinates: what their nearest keys catch of a trained encoder's rows",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
