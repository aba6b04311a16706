"""Tokens on their way to one point: how far they are from it, layer by layer, and where."""

import functools

import numpy as np
import torch

from attnkit.concentration.rank_collapse.graph import collapse_rate
from attnkit.concentration.rank_collapse.stacks import AROUND, MASKS, alike, run
from attnkit.diagnostics import rank_residual
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.explore.presets import one_point

__all__ = ["RANK_COLLAPSE"]

SIZE, DEEPEST = 32, 64
DEPTHS = (0, 1, 2, 4, 8, 16, 32, 64)
SHOWN_MASKS = tuple(name for name in MASKS if name != "causal window 1")
SETTLED, LOWEST = -1.7, -16
TICKS = {0: "1", -4: "10⁻⁴", -8: "10⁻⁸", -12: "10⁻¹²", -16: "10⁻¹⁶"}


@functools.cache
def followed(mask: str, around: str, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Log of a stack's residual (layer,) and its tokens flattened (depth, coordinate, token)."""
    states = run(alike(beta), mask, around, DEEPEST, seed=0, size=SIZE)
    return rank_residual(states).log10().numpy(), np.stack(
        [flat(states[depth]) for depth in DEPTHS]
    )


def flat(states: torch.Tensor) -> np.ndarray:
    """Each token along the mean of all, and along the widest direction that is left."""
    states = states / states.square().sum(-1).mean().sqrt()
    mean = states.mean(0)
    along = states @ (mean / mean.norm())
    left = states - mean
    across = left @ torch.linalg.svd(left, full_matrices=False).Vh[0]
    return torch.stack([along, across * across[0].sign()]).numpy().round(3)


def law(digits: np.ndarray, mask: str, around: str) -> np.ndarray:
    """The mask's rate through the first layer that is nearly collapsed, or the last."""
    rate = collapse_rate(MASKS[mask](SIZE))
    if "residual" in around or rate < 1e-9:
        return np.full(DEEPEST + 1, np.nan)
    settled = np.flatnonzero(digits < SETTLED)
    at = settled[0] if len(settled) else DEEPEST
    line = digits[at] + np.log10(rate) * (np.arange(DEEPEST + 1.0) - at)
    return np.where((line > LOWEST) & (line < 0), line, np.nan)


def compute(mask: str, around: str, beta: float, depth: float) -> Values:
    """Rank residuals of a stack, the law of its mask, and the tokens after so many layers."""
    digits, clouds = followed(mask, around, beta)
    along, across = clouds[DEPTHS.index(int(depth))]
    return {
        "layer": np.arange(DEEPEST + 1.0),
        "digits": digits,
        "law": law(digits, mask, around),
        "along": along,
        "across": across,
        "first_along": along[:1],
        "first_across": across[:1],
        "depth_now": depth,
        "digits_now": digits[int(depth)].item(),
        "residual_now": 10 ** digits[int(depth)].item(),
        "rate": collapse_rate(MASKS[mask](SIZE)),
    }


RANK_COLLAPSE = Explorable(
    name="rank-collapse",
    title="Tokens become one another",
    compute=compute,
    controls=[
        Choice("mask", "mask", SHOWN_MASKS, default="causal", meaning="whom a token may look at"),
        Choice("around", "around each layer", tuple(AROUND), meaning="what stands around it"),
        Slider(
            "beta",
            "β",
            stops=(0.0, 0.5, 1.0, 2.0),
            default=0.0,
            step=0.5,
            meaning="how much a token looks at those like itself; 0 looks evenly",
        ),
        Steps("depth", "layers", DEPTHS, default=8, meaning="how many layers the tokens passed"),
    ],
    panels=[
        Panel(
            Rule("depth_now", tone="muted"),
            Line("layer", "digits", label="what is left"),
            Line("layer", "law", label="rate of the mask", tone="accent", dash=True),
            Points(one_point("depth_now"), one_point("digits_now"), label="here", size=9),
            title="Distance from one shared token",
            x=Axis("layers", (0, DEEPEST)),
            y=Axis("rank residual μ", (LOWEST, 0.3), ticks=TICKS),
            main=True,
        ),
        Panel(
            Points("along", "across", label="tokens", tone="density"),
            Points("first_along", "first_across", label="the first", tone="value", size=9),
            title="The tokens",
            x=Axis("along their mean", (-0.6, 1.4)),
            y=Axis("across it", (-1.2, 1.2)),
        ),
    ],
    readouts=[
        Readout("residual_now", "rank residual μ"),
        Readout("rate", "rate of the mask, per layer"),
    ],
    depends={
        "layer": (),
        ("digits", "law"): ("mask", "around", "beta"),
        "depth_now": ("depth",),
        "rate": ("mask",),
    },
    caption="""32 tokens, 32 features, a new rotation as the values of every layer. Play the depth
    and watch the tokens meet in one point. Then change the mask: a full one is done at once, a
    causal one halves what is left in each layer, a window takes its time. A causal window halves
    too, but late: the first token must be heard by the last. With β = 2 tokens look at themselves,
    and nothing happens for very long. μ ends near 10⁻¹⁶, where rounding stands.""",
    alt="""Left, the rank residual on a logarithmic axis against the number of layers, a straight
    line where the tokens are nearly equal, along a dashed line of the mask's own rate; right, the
    tokens as dots, along their mean and across it, the first one marked.""",
)
