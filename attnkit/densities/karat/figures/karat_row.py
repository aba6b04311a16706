"""One row of scores under learned waves: in two orders, and as one score turns."""

import math

import numpy as np
import torch

from attnkit.densities import softmax
from attnkit.densities.karat.karat import karat_weights
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Line, Points
from attnkit.explore.presets import one_point

__all__ = ["KARAT_ROW"]

N_KEYS, N_HIDDEN = 8, 4
SWEEP = np.linspace(-4.0, 10.0, 113)
PLACES = np.arange(1.0, N_KEYS + 1)
ORDERS = ("as it is", "turned round")


def _drawn(grid: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Scores, waves and output matrix; a finer grid adds to a coarser one."""
    generator = torch.Generator().manual_seed(31)
    scores = torch.randn(N_KEYS, generator=generator, dtype=torch.float64)
    waves = torch.randn(8, N_HIDDEN, N_KEYS, 2, generator=generator, dtype=torch.float64)
    output = torch.randn(N_KEYS, N_HIDDEN, generator=generator, dtype=torch.float64)
    waves = waves[:grid].movedim(0, -1) / math.sqrt(N_KEYS * grid)
    return scores, waves, output / math.sqrt(N_HIDDEN)


def compute(grid: float, score: float, order: str) -> Values:
    """Weights of eight keys in an order, put back, and of the first as its score moves."""
    scores, waves, output = _drawn(int(grid))
    scores[0] = score

    def learned(z: torch.Tensor) -> torch.Tensor:
        return karat_weights(z, waves, output)

    def in_order(weigh) -> np.ndarray:
        turned = order == ORDERS[1]
        return (weigh(scores.flip(-1)).flip(-1) if turned else weigh(scores)).numpy()

    moved = scores.repeat(len(SWEEP), 1)
    moved[:, 0] = torch.from_numpy(SWEEP)
    shown = in_order(learned)
    return {
        "place": PLACES,
        "softmax": in_order(softmax),
        "learned": shown,
        "sweep": SWEEP,
        "softmax_sweep": softmax(moved)[:, 0].numpy(),
        "learned_sweep": learned(moved)[:, 0].numpy(),
        "score_now": score,
        "first_now": learned(scores)[0].item(),
        "total": float(shown.sum()),
        "negative": float((shown < 0).mean()),
    }


KARAT_ROW = Explorable(
    name="karat-row",
    title="A function for every place",
    compute=compute,
    controls=[
        Choice("order", "keys", ORDERS, meaning="the order in which the same keys come in"),
        Slider(
            "score",
            "first score",
            low=-4.0,
            high=10.0,
            default=1.0,
            step=0.5,
            meaning="how well the first key fits",
        ),
        Steps("grid", "frequencies", (1, 2, 4, 8), default=2, meaning="waves of each function"),
    ],
    panels=[
        Panel(
            Bars("place", "learned", label="learned waves", tone="density"),
            Points("place", "softmax", label="softmax", tone="value", size=8),
            x=Axis("key", (0.4, N_KEYS + 0.6)),
            y=Axis("weight", (-2, 2)),
            title="Eight keys, each at its own place",
            main=True,
        ),
        Panel(
            Line("sweep", "softmax_sweep", label="softmax", tone="value"),
            Line("sweep", "learned_sweep", label="learned waves", tone="density"),
            Points(one_point("score_now"), one_point("first_now"), tone="accent", size=9),
            x=Axis("score of the first key", (-4, 10)),
            y=Axis("its weight", (-2, 2)),
            title="What a better fit is worth",
        ),
    ],
    readouts=[
        Readout("total", "sum of the learned weights"),
        Readout("negative", "share that is negative"),
    ],
    depends={
        ("place", "sweep"): (),
        ("learned", "softmax", "total", "negative"): ("grid", "score", "order"),
        "softmax_sweep": (),
        "learned_sweep": ("grid",),
        "score_now": ("score",),
        "first_now": ("grid", "score"),
    },
    caption="""The functions are drawn, not trained. Turn the keys round: every softmax weight goes
    with its key (dots), and no learned one does (bars), since a function belongs to a place. Then
    raise the first score: softmax rises to one, the waves come and go, and 2π further on everything
    is as it was.""",
    alt="""Left, bars of eight learned weights, some negative, with softmax's as dots; right, the
    weight of the first key against its score: softmax rises to one, the learned curve oscillates
    and repeats after two pi.""",
)
