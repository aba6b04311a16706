"""Queries and keys of five heads on one sentence: enough to draw a real row through any map."""

from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, real, rounded

__all__ = ["HEADS", "LINEAR_TIME_SHORT_HEADS"]

SENTENCE = "The sailor reads the old letter; then the sailor burns the letter and keeps the seal."
HEADS = {
    "token before": (0, 2),
    "token after": (1, 8),
    "first token": (4, 9),
    "same word": (2, 9),
    "nearly all": (0, 0),
}
"""What each head mostly looks at here: layer and head, counted from zero."""


def run(case: dict, *, seed: int, device: str) -> dict:
    """Words, and for each head queries and keys whose inner products are the model's scores."""
    tokens = real().tokens(case["sentence"])
    read = capture(real(), tokens)
    scale = read.queries.shape[-1] ** -0.25
    found: dict = {"words": [*real().words(tokens)]}
    for name, (layer, head) in HEADS.items():
        pair = {"queries": read.queries, "keys": read.keys}
        found[name] = {kind: rounded(all_of[layer, head] * scale) for kind, all_of in pair.items()}
    return found


LINEAR_TIME_SHORT_HEADS = Experiment(
    name="linear-time-short-heads",
    title="Queries and keys of five heads of a trained encoder on one sentence",
    source=SOURCE,
    cases={scale: [{"sentence": SENTENCE}] for scale in ("quick", "full")},
    seeds={"quick": 1, "full": 1},
    run=run,
)
