"""What columns of an estimate catch of a trained encoder's rows."""

from functools import partial

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.selection.sea.columns import column_means
from attnkit.selection.sea.estimate import favor_columns
from attnkit.selection.sea.sea import sea_keys
from attnkit.selection.shared.on_real import captured
from attnkit.selection.shared.references import oracle
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["SEA_REAL"]

FEATURES = 111
"""d log d at d = 32, as the authors count."""


def columns_for(n_keys: int, n: int, width: int) -> int:
    """How many columns hold about so many keys."""
    return max(round(n_keys * min(width, n) / n), 1)


def perfect(queries: Tensor, keys: Tensor, n_keys: int, *, width: int) -> Tensor:
    """Columns of the very map: what no estimate of this width can exceed."""
    rows, n = (queries @ keys.mT).softmax(-1), keys.shape[-2]
    return sea_keys(column_means(rows, width), n, columns_for(n_keys, n, width))


def by_features(
    queries: Tensor, keys: Tensor, n_keys: int, *, width: int, n_features: int
) -> Tensor:
    """Columns of an estimate by random features."""
    n, d = keys.shape[-2:]
    generator = torch.Generator().manual_seed(0)
    directions = torch.randn(n_features, d, generator=generator, dtype=keys.dtype)
    # Inner products are the scores here, as the definition's d ** 1/4 takes out.
    wide = d**0.25
    columns = favor_columns(queries * wide, keys * wide, directions, width=width)
    return sea_keys(columns, n, columns_for(n_keys, n, width))


def by_rank(queries: Tensor, keys: Tensor, n_keys: int, *, centred: bool) -> Tensor:
    """The keys that the second-order Taylor map puts highest, its keys centred or not."""
    if centred:
        keys = keys - keys.mean(-2, keepdim=True)
    scores = queries @ keys.mT
    return oracle(1 + scores + scores.square() / 2, n_keys)


EVERY_KEY = 512
"""More columns than keys, so that each key has its own."""

WAYS = {
    "features, 64 columns": partial(by_features, width=64, n_features=FEATURES),
    "perfect, 64 columns": partial(perfect, width=64),
    "perfect, 32 columns": partial(perfect, width=32),
    "features, every key": partial(by_features, width=EVERY_KEY, n_features=FEATURES),
    "1,024 features, every key": partial(by_features, width=EVERY_KEY, n_features=1024),
    "Taylor, keys centred": partial(by_rank, centred=True),
    "Taylor": partial(by_rank, centred=False),
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each estimate and budget what its columns catch of every head."""
    with torch.no_grad():
        read = capture(real().model, passage(case))
        return {name: captured(read, choose) for name, choose in WAYS.items()}


SEA_REAL = Experiment(
    name="selection-sea-real",
    title="What the best columns of an estimate catch of seventy-two heads",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
