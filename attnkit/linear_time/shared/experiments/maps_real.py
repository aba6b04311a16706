"""The rows of a trained encoder through every plain map, raw and with all keys moved."""

from functools import partial

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.linear_time.shared.on_real import imitated
from attnkit.linear_time.shared.plain_maps import BOTH, KEY, moved_keys, plain_maps
from attnkit.linear_time.shared.rows import divergence
from attnkit.trained import Capture, capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["LINEAR_TIME_MAPS_REAL", "SCANNED", "SHARES"]

SHARES = (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
SCANNED = ("ELU + 1", "ReLU", "Taylor 2", "Taylor 4", "Taylor 8", "FAVOR+ 64", "FAVOR+ 256")

WAYS = {"raw": (0.0, KEY), "key": (1.0, KEY), "both": (1.0, BOTH)}
MOVING = ("ELU", "ReLU", "Taylor", "FAVOR+")


def run(case: dict, *, seed: int, device: str) -> dict:
    """By map each head's numbers, raw and moved; the mean divergence along both ways of moving."""
    read = capture(real(), passage(case))
    generator = torch.Generator().manual_seed(1000 * seed + case["passage"])
    maps = plain_maps(read.queries.shape[-1], generator)
    found: dict = {"n": read.queries.shape[-2], "heads": {}}
    for way, (share, along) in WAYS.items():
        found["heads"][way] = {
            name: _in_short(imitated(read, partial(_moved, imitate, share, along)))
            for name, imitate in maps.items()
            if way == "raw" or name.startswith(("FAVOR+", "Taylor 2") if way == "both" else MOVING)
        }
    return found | {"scan": {along: _scan(read, maps, along) for along in (KEY, BOTH)}}


def _in_short(found: dict[str, list[float]]) -> dict:
    """The divergence of every head, and the means of the rest."""
    means = {name: rounded(sum(row) / len(row)) for name, row in found.items()}
    return means | {"divergence": found["divergence"]}


def _moved(imitate, share: float, along: str, queries: Tensor, keys: Tensor) -> Tensor:
    return imitate(queries, moved_keys(queries, keys, share, along))


def _scan(read: Capture, maps: dict, along: str) -> dict[str, list[float]]:
    """For each map the mean divergence at each share, in single precision.

    Of a long passage every second, third … query is taken, such that there are fewer than 128.
    """
    some = slice(None, None, max(1, read.queries.shape[-2] // 64))
    scale = read.queries.shape[-1] ** -0.25
    queries, keys = read.queries * scale, read.keys * scale
    found: dict[str, list[float]] = {name: [] for name in SCANNED}
    for share in SHARES:
        moved = moved_keys(queries, keys, share, along)
        for name in SCANNED:
            rows = maps[name](queries[..., some, :], moved)
            found[name].append(divergence(read.weights[..., some, :], rows).mean().item())
    return {name: rounded(torch.tensor(row)) for name, row in found.items()}


LINEAR_TIME_MAPS_REAL = Experiment(
    name="linear-time-maps-real",
    title="A trained encoder's rows through plain feature maps, and the same with all keys moved",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
