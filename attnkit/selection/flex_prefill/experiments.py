"""What covering a share of rows, or of pooled blocks, keeps and drops of a trained encoder."""

from functools import partial

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.selection.flex_prefill.cover import covering_keys
from attnkit.selection.flex_prefill.flex_prefill import flex_prefill_keys
from attnkit.selection.flex_prefill.patterns import blocks_for
from attnkit.selection.shared.kept import dropped, kept_attention
from attnkit.selection.shared.on_real import captured
from attnkit.trained import Capture, capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["COVER", "FLEX_PREFILL_REAL"]

SHARES = (0.8, 0.9, 0.95, 0.99)


def rows_for(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Each row's own cover, at the share that spends the budget over all heads together."""
    weights = (queries @ keys.mT).softmax(-1)
    low, high = 1e-6, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        fits = covering_keys(weights, middle).double().mean() <= n_keys / keys.shape[-2]
        low, high = (middle, high) if fits else (low, middle)
    return covering_keys(weights, low)


WAYS = {
    "pooled blocks of 8": partial(blocks_for, block=8),
    "pooled blocks of 16": partial(blocks_for, block=16),
    "cover of each row": rows_for,
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each cover and budget what it catches of every head."""
    with torch.no_grad():
        read = capture(real().model, passage(case))
        return {name: captured(read, choose) for name, choose in WAYS.items()}


def exact_rows(read: Capture) -> Tensor:
    """The model's weights from its own queries and keys, in double precision."""
    scores = read.queries.double() @ read.keys.double().mT
    return (scores * read.queries.shape[-1] ** -0.5).softmax(-1)


def told(read: Capture, kept: Tensor) -> dict[str, list]:
    """Density, mean and least mass of a row, and the read's error, by head."""
    weights, values = exact_rows(read), read.values.double()
    report = dropped(weights, kept)
    exact = weights @ values
    found = kept_attention(read.queries.double(), read.keys.double(), values, kept)
    error = (found - exact).norm(dim=-1)
    bound = 2 * report.mass * values.norm(dim=-1).amax(-1, keepdim=True)
    each = {
        "density": report.density,
        "mass": 1 - report.mass.mean(-1),
        "worst row": 1 - report.mass.amax(-1),
        "error": error.norm(dim=-1) / exact.norm(dim=(-2, -1)),
        # Below this what is dropped is lost in rounding.
        "of bound": torch.where(report.mass > 1e-9, error / bound, 0.0).amax(-1),
    }
    return {name: rounded(table.flatten()) for name, table in each.items()}


def stopped_short(weights: Tensor, share: float) -> Tensor:
    """The longest prefix of a sorted row whose sum is at most the share."""
    rows, order = weights.sort(-1, descending=True)
    return torch.zeros_like(rows, dtype=torch.bool).scatter(-1, order, rows.cumsum(-1) <= share)


def run_cover(case: dict, *, seed: int, device: str) -> dict:
    """For each share what rows keep, what a prefix keeps that stops short, and pooled blocks."""
    with torch.no_grad():
        read = capture(real().model, passage(case))
        weights = exact_rows(read)
        queries, keys = read.queries.double(), read.keys.double()
        return {
            f"{share}": {
                "rows": told(read, covering_keys(weights, share)),
                "stopped short": told(read, stopped_short(weights, share)),
                "blocks": told(read, flex_prefill_keys(queries, keys, share=share, block=16)),
            }
            for share in SHARES
        }


FLEX_PREFILL_REAL = Experiment(
    name="selection-flex-prefill-real",
    title="What covers of one share catch of seventy-two heads",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)

COVER = Experiment(
    name="selection-flex-prefill-cover",
    title="Keys kept, mass and error when rows or pooled blocks cover a share",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run_cover,
)
