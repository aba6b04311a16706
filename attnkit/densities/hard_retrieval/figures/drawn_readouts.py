"""Readouts that are drawn, one key at a time, around the mean of the values."""

import numpy as np
import torch

from attnkit.densities.hard_retrieval.hard_retrieval import hard_weights, sampled_weights
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points

__all__ = ["DRAWN_READOUTS"]

ANGLES = torch.arange(7) * 2 * torch.pi / 7 + 0.3
VALUES = (
    torch.stack([ANGLES.cos(), ANGLES.sin()], -1) * torch.tensor([1.0, 0.8] * 3 + [1.2])[:, None]
)
SCORES = torch.tensor([1.6, 1.2, 0.1, -0.4, 0.6, 0.9, -1.0])
TEMPERATURES = (0.05, 0.15, 0.4, 1.0, 2.0, 4.0)
DRAWS = (1, 4, 16, 64, 256, 1024)
N_REPEATS = 24


def _means(temperature: float, n: int, seed: int) -> torch.Tensor:
    """Means (repeat, 2) of so many drawn readouts each."""
    generator = torch.Generator().manual_seed(seed)
    rows = (SCORES / temperature).expand(N_REPEATS, n, 7)
    return (sampled_weights(rows, generator=generator) @ VALUES).mean(1)


def compute(temperature: float, n: float) -> Values:
    """Means of drawn readouts, softmax's, and that of the best key; and how far means are."""
    soft = (SCORES / temperature).softmax(-1) @ VALUES
    best = hard_weights(SCORES) @ VALUES
    drawn = _means(temperature, int(n), seed=0)
    away = [(_means(temperature, m, seed=1) - soft).square().sum(-1).mean().sqrt() for m in DRAWS]
    return {
        "x": VALUES[:, 0].numpy(), "y": VALUES[:, 1].numpy(),
        "drawn_x": drawn[:, 0].numpy(), "drawn_y": drawn[:, 1].numpy(),
        "soft_x": soft[:1].numpy(), "soft_y": soft[1:].numpy(),
        "best_x": best[:1].numpy(), "best_y": best[1:].numpy(),
        "draws": np.array(DRAWS, dtype=float), "away": np.array([float(a) for a in away]),
        "now": np.array([float(n)]),
        "now_away": np.array([float(away[DRAWS.index(int(n))])]),
        "drawn_gap": float(away[DRAWS.index(int(n))]),
        "gap": float((best - soft).norm()),
    }  # fmt: skip


DRAWN_READOUTS = Explorable(
    name="drawn-readouts",
    title="Reading one key at a time",
    compute=compute,
    controls=[
        Slider(
            "temperature",
            "temperature T",
            stops=TEMPERATURES,
            default=1.0,
            step=0.05,
            meaning="divides the scores",
        ),
        Steps("n", "draws", DRAWS, default=16, meaning="keys read, one after another"),
    ],
    panels=[
        Panel(
            Points("x", "y", label="values of seven keys", tone="muted", size=5),
            Points("drawn_x", "drawn_y", label="24 means of so many draws", tone="value", size=4),
            Points("soft_x", "soft_y", label="softmax", tone="density", size=9),
            Points("best_x", "best_y", label="best key", tone="accent", size=9),
            x=Axis("first channel", (-1.4, 1.4)),
            y=Axis("second channel", (-1.4, 1.4)),
            main=True,
        ),
        Panel(
            Line("draws", "away", tone="value"),
            Points("now", "now_away", tone="value", size=8),
            x=Axis("draws", (1, 1024), log=True),
            y=Axis("distance from softmax", (0, 1.3)),
        ),
    ],
    readouts=[Readout("gap", "best key from softmax"), Readout("drawn_gap", "draws from softmax")],
    depends={
        ("x", "y", "best_x", "best_y", "draws"): (),
        ("soft_x", "soft_y", "away", "gap"): ("temperature",),
        "now": ("n",),
    },
    caption="""Each of the 24 small dots is the mean of so many draws. Raise the number: they close
    in on softmax's readout, never on the best key's. Then lower the temperature: the two meet, and
    one draw is enough. In between, what was trained with draws and what is run with the best key
    are different functions.""",
    alt="""Left, the values of seven keys in the plane, a cloud of means of drawn readouts around
    softmax's readout, and the best key's value apart from them; right, the distance of the cloud
    from softmax's readout, falling with the number of draws.""",
)
