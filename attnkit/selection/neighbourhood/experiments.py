"""What windows of one budget catch of a trained encoder's rows when neighbours share them."""

from dataclasses import replace

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.selection.neighbourhood.patterns import of_halos, of_windows
from attnkit.selection.neighbourhood.windows import neighbourhood_keys
from attnkit.selection.shared.on_real import captured
from attnkit.trained import Capture, capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["REAL_WINDOWS"]


def shared_with_ends(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The first key and the last, as far as the budget goes, and with the rest shared windows."""
    n, window = keys.shape[-2], n_keys - 2
    kept = torch.zeros(n, n, dtype=torch.bool)
    kept[:, [0, -1][:n_keys]] = True
    if window > 0:
        kept |= neighbourhood_keys((n,), window=window, stride=max(window // 2, 1))
    return kept.expand(*queries.shape[:-2], n, n)


WAYS = {
    "stride w/2": of_windows(strides_per_window=2),
    "stride 1": of_windows(strides_per_window=0),
    "stride w/4": of_windows(strides_per_window=4),
    "stride w": of_windows(strides_per_window=1),
    "halo w/4": of_halos,
    "dilation 2": of_windows(strides_per_window=0, dilation=2),
    "dilation 4": of_windows(strides_per_window=0, dilation=4),
    "stride w/2, first and last": shared_with_ends,
}


def without_first(read: Capture) -> Capture:
    """The same with no weight on the first key, and the others' scaled to one."""
    weights = read.weights.double().clone()
    weights[..., 0] = 0
    return replace(read, weights=weights / weights.sum(-1, keepdim=True).clamp_min(1e-12))


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each way what `captured` finds in a passage; "others": the mass without the first key."""
    read = capture(real().model, passage(case))
    others = without_first(read)
    found = {name: captured(read, choose) for name, choose in WAYS.items()}
    for name, choose in WAYS.items():
        for budget, measures in captured(others, choose).items():
            found[name][budget]["others"] = measures["mass"]
    return found


REAL_WINDOWS = Experiment(
    name="selection-neighbourhood-real",
    title="Windows of one budget and growing strides: what they catch of a trained encoder's rows",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
