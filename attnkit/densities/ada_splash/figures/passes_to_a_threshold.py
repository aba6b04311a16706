"""The sum of a row's weights against the threshold, and how fast each rule brings it to one."""

import functools

import numpy as np
import torch

from attnkit.densities.ada_splash.bracket import (
    Bracket,
    histogram_bracket,
    mass_above,
    scaled,
    wide_bracket,
)
from attnkit.densities.ada_splash.passes import thresholds
from attnkit.densities.ada_splash.rules import halley, halving, newton
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule

__all__ = ["PASSES_TO_A_THRESHOLD"]

ALPHAS = (1.1, 1.25, 1.5, 1.75, 2.0)
LENGTHS = (64, 512, 4096)
BINS = (1, 2, 4, 8, 16, 64)
PLACES = torch.linspace(-1, 0, 81, dtype=torch.float64)
N_PASSES = 8
ENOUGH = -6.0
"""The logarithm of a distance that will do."""

LEAST = 1e-15
"""Smaller distances are drawn here, as a logarithm must."""


@functools.cache
def _heights(n_keys: int, alpha: float) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return scaled(torch.randn(n_keys, generator=generator, dtype=torch.float64), alpha)


def _errors(heights: torch.Tensor, alpha: float, path: torch.Tensor) -> np.ndarray:
    """The decimal logarithm of how far the sum is from one before each pass."""
    sums = torch.stack([mass_above(heights - at, alpha) for at in path]).flatten()
    return (sums - 1).abs().clamp(min=LEAST).log10().numpy()


@functools.cache
def _from_the_middle(n_keys: int, alpha: float) -> dict[str, np.ndarray]:
    heights = _heights(n_keys, alpha)
    low = wide_bracket(heights, alpha).low
    bracket = Bracket(low, torch.zeros_like(low))
    return {
        rule.__name__: _errors(
            heights, alpha, thresholds(rule, heights, alpha, bracket, bracket.middle, N_PASSES)
        )
        for rule in (halving, newton, halley)
    }


def compute(n_keys: float, alpha: float, n_bins: float) -> Values:
    """Sum against threshold, the histogram's bracket, thresholds and errors by pass."""
    heights = _heights(int(n_keys), alpha)
    bracket = histogram_bracket(heights, alpha, int(n_bins))
    path = thresholds(halley, heights, alpha, bracket, bracket.middle, N_PASSES)
    errors, plain = _errors(heights, alpha, path), _from_the_middle(int(n_keys), alpha)
    sums = [mass_above(heights - place, alpha).item() for place in PLACES]
    return {
        "threshold": PLACES.numpy(),
        "sum": np.array(sums),
        "low": np.array([bracket.low.item()]),
        "high": np.array([bracket.high.item()]),
        "at": path[:, 0].numpy(),
        "sum_at": np.array([mass_above(heights - at, alpha).item() for at in path]),
        "one": np.array([1.0]),
        "enough": np.array([ENOUGH]),
        "n_passes": np.arange(N_PASSES + 1.0),
        **plain,
        "histogram": errors,
        "count": float((errors >= ENOUGH).sum()),
        "middle_count": float((plain["halley"] >= ENOUGH).sum()),
        "width": bracket.high.item() - bracket.low.item(),
    }


PASSES_TO_A_THRESHOLD = Explorable(
    name="passes-to-a-threshold",
    title="How many passes to the threshold",
    compute=compute,
    controls=[
        Slider("alpha", "α", stops=ALPHAS, default=1.25, step=0.05, meaning="order of the family"),
        Steps("n_keys", "n", LENGTHS, default=512, meaning="keys, with normal scores"),
        Steps("n_bins", "bins m", BINS, default=8, meaning="of the histogram"),
    ],
    panels=[
        Panel(
            Rule("one", axis="y", tone="muted"),
            Rule("low", tone="accent", label="bracket of the histogram"),
            Rule("high", tone="accent"),
            Line("threshold", "sum", label="sum of the weights", tone="density"),
            Points("at", "sum_at", label="Halley's thresholds", tone="second", size=8),
            x=Axis("threshold τ", (-1.0, 0.0)),
            y=Axis("sum of the weights", (0.01, 3000), log=True),
            main=True,
        ),
        Panel(
            Rule("enough", axis="y", tone="muted"),
            Line("n_passes", "halving", label="halving", tone="muted"),
            Line("n_passes", "newton", label="Newton", tone="value"),
            Line("n_passes", "halley", label="Halley", tone="density"),
            Line("n_passes", "histogram", label="Halley, histogram", tone="accent", dash=True),
            x=Axis("passes over the keys", (0, 8)),
            y=Axis("log₁₀ of |sum − 1|", (-15.5, 3)),
        ),
    ],
    readouts=[
        Readout("width", "width of the bracket"),
        Readout("middle_count", "Halley's passes from the middle", digits=0),
        Readout("count", "from the histogram", digits=0),
    ],
    depends={
        ("threshold", "one", "enough", "n_passes"): (),
        ("sum", "halving", "newton", "halley", "middle_count"): ("alpha", "n_keys"),
    },
    caption="""Every threshold costs a pass over all keys. With one bin the histogram knows no more
    than the middle did; with 64 one pass is left, and counting was a pass itself. At α = 1.1 the
    curve is steep and Newton's tangents are short: there a histogram saves most. At α = 2 the curve
    has corners and no bend, and Halley's steps are Newton's.""",
    alt="""Left, the sum of a row's weights against the threshold on a logarithmic axis, a falling
    curve with two lines that bracket where it is one; right, the distance from one by passes on a
    logarithmic axis: halving slow, Newton faster, Halley fastest.""",
)
