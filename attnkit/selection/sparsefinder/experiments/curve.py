"""How much of the supports is recalled, by the number of coordinates and of keys."""

from attnkit.experiments import Experiment
from attnkit.selection.sparsefinder.chosen import near_keys
from attnkit.selection.sparsefinder.experiments.halves import finder, text
from attnkit.selection.sparsefinder.fitting import supports
from attnkit.trained.experiments.common import SOURCE

__all__ = ["SPARSEFINDER_CURVE", "run"]

READ = (22, 24, 26)
PARTS = (32, 16, 8, 4, 2)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Mean recall over heads and three passages, of one key in so many, learned and random."""
    found = {"sparsity of the teacher": 0.0}
    for name, n_steps in (("learned", None), ("random", 0)):
        steps = {} if n_steps is None else {"n_steps": n_steps}
        made = finder(0, case["features"], seed=seed, **steps)
        found[name] = [_recall(made, part) for part in PARTS]
    return found | {"sparsity of the teacher": _sparsity()}


def _recall(made, part: int) -> float:
    shares = []
    for at in READ:
        queries, keys = text(at)
        wanted = supports(queries, keys)
        kept = near_keys(*made(queries, keys), max(round(keys.shape[-2] / part), 1))
        shares.append(((kept & wanted).sum((-2, -1)) / wanted.sum((-2, -1))).mean().item())
    return round(sum(shares) / len(shares), 4)


def _sparsity() -> float:
    shares = [1 - supports(*text(at)).float().mean().item() for at in READ]
    return round(sum(shares) / len(shares), 4)


SPARSEFINDER_CURVE = Experiment(
    name="selection-sparsefinder-curve",
    title="Recall of entmax supports by the nearest keys of a few coordinates",
    source=SOURCE,
    cases={
        "quick": [{"features": r} for r in (1, 4)],
        "full": [{"features": r} for r in (1, 2, 4, 8)],
    },
    seeds={"quick": 1, "full": 3},
    run=run,
)
