"""What a cover of each row keeps and catches, and one of pooled blocks, row by row."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.selection.flex_prefill.cover import covering_keys
from attnkit.selection.flex_prefill.flex_prefill import flex_prefill_keys
from attnkit.selection.shared.kept import dropped
from attnkit.trained.kept_heads import HEADS, read_heads

__all__ = ["COVER_OF_ROWS"]

SHARES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1.0)
BLOCK = 4


@cache
def masks(head: int, share: float) -> dict[str, torch.Tensor]:
    """What is kept of a head by row, and by block."""
    queries, keys = (each[head] for each in read_heads())
    wide = keys.shape[-1] ** 0.25
    return {
        "row": covering_keys((queries @ keys.mT).softmax(-1), share),
        "block": flex_prefill_keys(queries * wide, keys * wide, share=share, block=BLOCK),
    }


def compute(head: str, share: float) -> Values:
    """Mass and number of keys of every row under both covers."""
    at = [*HEADS].index(head)
    queries, keys = (each[at] for each in read_heads())
    weights = (queries @ keys.mT).softmax(-1)
    values: Values = {"place": np.arange(1.0, len(weights) + 1), "share": share}
    for name, kept in masks(at, share).items():
        told = dropped(weights, kept)
        values |= {
            f"{name}_mass": 1 - told.mass.numpy(),
            f"{name}_keys": kept.sum(-1).double().numpy(),
            f"{name}_density": told.density.item(),
            f"{name}_worst": 1 - told.mass.max().item(),
        }
    return values


def _panel(measure: str, label: str, top: float, *, main: bool) -> Panel:
    return Panel(
        *([Rule("share", axis="y", label="share asked for")] if measure == "mass" else []),
        Line("place", f"block_{measure}", label="pooled blocks of four", tone="value", width=1.2),
        Points("place", f"block_{measure}", tone="value", size=5),
        Line("place", f"row_{measure}", label="each row", tone="density", width=1.2),
        Points("place", f"row_{measure}", tone="density", size=5),
        x=Axis("query", (0, 45)),
        y=Axis(label, (0, top)),
        main=main,
    )


COVER_OF_ROWS = Explorable(
    name="cover-of-rows",
    title="A share of each row, and of pooled blocks",
    compute=compute,
    controls=[
        Slider("share", "γ", stops=SHARES, default=0.8, step=0.01, meaning="the share to cover"),
        Choice("head", "head", [*HEADS], default="one ahead", meaning="of a trained encoder"),
    ],
    panels=[
        _panel("mass", "mass caught", 1.03, main=True),
        _panel("keys", "keys kept of 44", 45.0, main=False),
    ],
    readouts=[
        Readout("row_density", "share of the pairs, rows"),
        Readout("row_worst", "worst row"),
        Readout("block_density", "share of the pairs, blocks"),
        Readout("block_worst", "worst row, blocks"),
    ],
    depends={"place": (), "share": ("share",)},
    caption="""The line across is the share. Covers of rows never lie below it; they pay what each
    row asks. Blocks are chosen by the mean of four queries and of four keys: go to 0.9 and look for
    the rows that were promised nine tenths and got a few. Then the even head, where nine tenths of
    the weight are most of the keys.""",
    alt="""Left, the mass caught of every row of a head by its own cover, always above a line at the
    share, and by pooled blocks, often below it; right, the keys that each row keeps.""",
)
