"""What a graph drawn from clusters catches of a trained model's rows."""

from attnkit.experiments import Experiment
from attnkit.selection.sbm.chosen import by_graph
from attnkit.selection.shared.on_real import captured
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["SBM_REAL", "run"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each budget the mass, density and share of empty rows of every head."""
    return {"graph of eight clusters": captured(capture(real().model, passage(case)), by_graph)}


SBM_REAL = Experiment(
    name="selection-sbm-real",
    title="A graph drawn from clusters: what it catches of a trained encoder's rows",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
