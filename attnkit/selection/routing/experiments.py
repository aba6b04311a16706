"""What clusters of queries and keys catch of a trained model's rows, and hashing beside them."""

from attnkit.experiments import Experiment
from attnkit.selection.routing.chosen import (
    by_clusters,
    by_clusters_of_centred,
    by_hashing,
    by_hashing_once,
)
from attnkit.selection.shared.on_real import captured
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["ROUTING_REAL", "run"]

WAYS = {
    "routing": by_clusters,
    "routing, centred": by_clusters_of_centred,
    "hashing, 4 rounds": by_hashing,
    "hashing, 1 round": by_hashing_once,
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each way and budget the mass, density and share of empty rows of every head."""
    read = capture(real().model, passage(case))
    return {name: captured(read, choose) for name, choose in WAYS.items()}


ROUTING_REAL = Experiment(
    name="selection-routing-real",
    title="Clusters of queries and keys: what they catch of a trained encoder's rows",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
