"""Two channels of a selective state-space model, and the one map that linear attention has."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Line, Rule
from attnkit.linear_time.dsf import selective_ssm

__all__ = ["ONE_FORM", "maps_of", "unshared"]

N_TOKENS = 24
LOUD = 12
SPREADS = (0.0, 0.25, 0.5, 0.75, 1.0)
CURVE = np.linspace(0, 1, 21)
RATES = (-2.0, -1.0, -0.5, -0.25, 0.0)
STEPS = (0.05, 0.1, 0.25, 0.5, 1.0)


def steps_of(step: float, spread: float) -> torch.Tensor:
    """Steps (token, channel): the first channel waits for the loud token, the second skips it."""
    base = torch.full((N_TOKENS, 2), step, dtype=torch.float64)
    loud = torch.arange(N_TOKENS) == LOUD - 1
    base[:, 0] = base[:, 0] * (1 - spread)
    base[loud] = torch.tensor([step * (1 + 4 * spread), step * (1 - spread)], dtype=torch.float64)
    return base


@cache
def maps_of(step: float, spread: float, rate: float) -> torch.Tensor:
    """Weights (channel, query, key) of either channel, at queries and keys of one."""
    ones = torch.ones(N_TOKENS, N_TOKENS, 1, dtype=torch.float64)
    put = torch.eye(N_TOKENS, dtype=torch.float64)[:, :, None].expand(-1, -1, 2)
    steps = steps_of(step, spread).expand(N_TOKENS, -1, -1)
    reads = selective_ssm(ones, ones, put, steps=steps, rates=rate)[0]
    return reads.permute(2, 1, 0)


@cache
def unshared(step: float, spread: float, rate: float) -> float:
    """Share of both maps' squares that the best single map for both leaves."""
    first, second = maps_of(step, spread, rate)
    apart = (first - second).square().sum() / 2
    return float(apart / (first.square().sum() + second.square().sum()))


def compute(spread: float, rate: float, step: float) -> Values:
    """The last token's weights in both channels; what one map for both cannot say."""
    first, second = maps_of(float(step), float(spread), float(rate))[:, -1]
    steps = steps_of(float(step), float(spread))
    left = [unshared(float(step), each, float(rate)) for each in CURVE.tolist()]
    return {
        "token": np.arange(1.0, N_TOKENS + 1),
        "first": first.numpy(),
        "second": second.numpy(),
        "mean": ((first + second) / 2).numpy(),
        "top": max(0.1, 1.1 * float(torch.maximum(first, second).max())),
        "spreads": CURVE,
        "unshared": np.array(left),
        "spread": float(spread),
        "loud_step": float(steps[LOUD - 1, 0]),
        "left": unshared(float(step), float(spread), float(rate)),
    }


ONE_FORM = Explorable(
    name="one-form",
    title="One map for all channels, or one for each",
    compute=compute,
    controls=[
        Slider("spread", "spread", stops=SPREADS, default=0.5, step=0.25, meaning="of the steps"),
        Slider("rate", "rate a", stops=RATES, default=-0.5, step=0.25, meaning="of forgetting"),
        Slider("step", "step Δ", stops=STEPS, default=0.25, step=0.05, meaning="of a usual token"),
    ],
    panels=[
        Panel(
            Line("token", "first", label="channel that waits", tone="density"),
            Line("token", "second", label="channel that skips", tone="value"),
            Line("token", "mean", label="best one map for both", tone="muted", dash=True),
            Rule(float(LOUD), label="loud token", tone="accent"),
            x=Axis("key", (1, N_TOKENS)),
            y=Axis("weight for the last query", (0, "top")),
            main=True,
        ),
        Panel(
            Line("spreads", "unshared", tone="density"),
            Rule("spread", tone="accent"),
            x=Axis("spread of the steps", (0, 1)),
            y=Axis("share lost by one map", (0, 0.52)),
        ),
    ],
    readouts=[
        Readout("loud_step", "step of the loud token, first channel"),
        Readout("left", "share that one map loses"),
    ],
    depends={
        ("token", "spreads"): (),
        "spread": ("spread",),
        "unshared": ("rate", "step"),
        "loud_step": ("spread", "step"),
    },
    caption="""One channel waits for the loud token and holds it, the other skips it, and no single
    map of tokens serves both. Take the spread to zero: both channels have one step, the curves lie
    on each other, and this is linear attention with a decay, exactly. At rate zero nothing is
    forgotten, but the steps still weigh.""",
    alt="""Left, weights of the last query over twenty-four keys in two channels of a selective
    state-space model and their mean, with a line at one loud token; right, the share of both maps
    that one map loses, against how far the steps of the channels spread.""",
)
