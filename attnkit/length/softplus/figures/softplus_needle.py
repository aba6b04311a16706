"""A needle among random directions, under four maps."""

import functools
import math

import numpy as np
import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points
from attnkit.length.softplus.experiments.needle import WIDTH, scale
from attnkit.length.softplus.limits import lssar_limit
from attnkit.length.softplus.reweighting import reweight
from attnkit.length.softplus.softplus import softplus_weights

__all__ = ["SOFTPLUS_NEEDLE"]

LENGTHS = (64, 256, 1024, 4096, 16384, 65536)
COSINES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.9)
POWERS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0)
OFFSETS = (0.0, 0.5, 1.0, 2.0)
N_SHOWN = 61
FIXED = {
    "softmax": lambda row: softmax(math.sqrt(WIDTH) * row),
    "same": lambda row: softmax(scale(row) * row),
    "lssa": lambda row: softplus_weights(scale(row) * row),
}


@functools.cache
def row(n: int, cosine: float) -> Tensor:
    """A needle, then rivals with the quantiles of random directions."""
    angle = torch.linspace(0, math.pi, 20_001, dtype=torch.float64)
    below = (angle.sin() ** (WIDTH - 2)).cumsum(0)
    places = (torch.arange(n - 1, dtype=torch.float64) + 0.5) / (n - 1)
    rivals = np.interp(places, below / below[-1], -angle.cos())
    return torch.cat([torch.tensor([cosine], dtype=torch.float64), torch.as_tensor(rivals)])


@functools.cache
def fixed(name: str, n: int, cosine: float) -> Tensor:
    """Weights of a row by one of the three maps that neither power nor offset touches."""
    return FIXED[name](row(n, cosine))


@functools.cache
def needles(name: str, cosine: float) -> np.ndarray:
    """The needle's weight by length."""
    return np.array([fixed(name, n, cosine)[0].item() for n in LENGTHS])


@functools.cache
def sharpened(cosine: float, power: float, offset: float) -> tuple[np.ndarray, np.ndarray]:
    """The needle's weight under LSSAR at every length, and its limit for a steep scale."""
    weights = [reweight(fixed("lssa", n, cosine), power, offset)[0].item() for n in LENGTHS]
    return np.array(weights), np.array(
        [lssar_limit(n, cosine, WIDTH, power=power, offset=offset) for n in LENGTHS]
    )


@functools.cache
def shown(n: int) -> np.ndarray:
    """Places of rivals whose cosines lie evenly, from the lowest to the highest."""
    rivals = row(n, 0.0)[1:].numpy()
    return np.searchsorted(rivals, np.linspace(rivals[0], rivals[-1], N_SHOWN))


def curve(weights: Tensor, places: np.ndarray) -> np.ndarray:
    """Weights of those rivals; nothing where they are next to zero."""
    found = weights[1:].numpy()[places]
    return np.where(found > 1e-6, found, np.nan)


def compute(n: float, cosine: float, power: float, offset: float) -> Values:
    """Weights against cosines in one row, and the needle's weight against the length."""
    here, places = LENGTHS.index(int(n)), shown(int(n))
    ours, limit = sharpened(cosine, power, offset)
    values = {
        "cosine_axis": row(int(n), cosine)[1:].numpy()[places],
        "needle": np.array([cosine]),
        "length": np.array(LENGTHS, dtype=float),
        "now": np.array([n]),
        "lssar_curve": curve(reweight(fixed("lssa", int(n), cosine), power, offset), places),
        "lssar": ours,
        "limit": limit,
        "lssar_now": ours[[here]],
        "lssar_weight": ours[here],
    }
    for name in FIXED:
        values[f"{name}_curve"] = curve(fixed(name, int(n), cosine), places)
        values[name] = needles(name, cosine)
        values[f"{name}_now"] = values[name][[here]]
        values[f"{name}_weight"] = values[name][here]
    return values


LABELS = {
    "softmax": ("softmax", "muted"),
    "same": ("softmax, same scale", "density"),
    "lssa": ("LSSA", "support"),
    "lssar": ("LSSAR", "value"),
}

SOFTPLUS_NEEDLE = Explorable(
    name="softplus-needle",
    title="A needle, straightened and sharpened",
    compute=compute,
    controls=[
        Slider("cosine", stops=COSINES, default=0.6, step=0.1, meaning="of query and needle"),
        Slider("power", stops=POWERS, default=15.0, step=1.0, meaning="of what exceeds the mean"),
        Slider("offset", stops=OFFSETS, default=1.0, step=0.5, meaning="taken off n a"),
        Steps("n", "n", LENGTHS[:-1], default=1024, meaning="keys of the row on the left"),
    ],
    panels=[
        Panel(
            *(Line("cosine_axis", f"{k}_curve", tone=t) for k, (_, t) in LABELS.items()),
            *(Points("needle", f"{k}_now", tone=t, size=9) for k, (_, t) in LABELS.items()),
            title="Weights of one row, the needle as a dot",
            x=Axis("cosine with the query", (-0.6, 1.02)),
            y=Axis("weight of one key", (1e-6, 2), log=True),
        ),
        Panel(
            Line("length", "limit", label="LSSAR, steep", tone="accent", dash=True),
            *(Line("length", k, label=label, tone=t) for k, (label, t) in LABELS.items()),
            *(Points("now", f"{k}_now", tone=t, size=7) for k, (_, t) in LABELS.items()),
            title="The needle in a longer row",
            x=Axis("n", (55, 80_000), log=True),
            y=Axis("weight of the needle", (0, 1.02)),
        ),
    ],
    readouts=[Readout(f"{k}_weight", f"needle, {label}") for k, (label, _) in LABELS.items()],
    depends={
        "length": (),
        ("needle", "softmax", "same", "lssa"): ("cosine",),
        ("now", "cosine_axis"): ("n",),
        ("softmax_curve", "same_curve", "lssa_curve"): ("n", "cosine"),
        ("softmax_now", "same_now", "lssa_now"): ("n", "cosine"),
        ("softmax_weight", "same_weight", "lssa_weight"): ("n", "cosine"),
        ("lssar", "limit"): ("cosine", "power", "offset"),
    },
    caption="""At power 1 LSSAR is LSSA less its mean, and both lose the needle as n grows. Raise
    the power: the needle comes back, and is lost again further on, by the dashed law of a steep
    softplus. Softmax at the same scale falls behind in short rows only. Is a higher power always
    better? Try cosine 0.4.""",
    alt="""Left, weight against cosine on a logarithmic axis in one row of keys, for softmax,
    softmax at the scale of LSSA, LSSA and LSSAR, with the needle as a dot on each; right, the
    needle's weight under the four maps against the number of keys.""",
)
