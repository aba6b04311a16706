"""Entropy of a row against the norm of its query: softmax, a map that is deaf, and NaLaFormer."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.linear_time.nalaformer.claims import entropies
from attnkit.linear_time.nalaformer.features import nala_weights, split_power
from attnkit.linear_time.shared.rows import kernel_weights

__all__ = ["NORM_AND_ENTROPY"]

N_KEYS, N_ROWS, SHOWN = 256, 64, 24
NORMS = tuple(float(norm) for norm in np.linspace(0.1, 4.0, 27))


@functools.cache
def _curves(width: int, power: float) -> dict[str, np.ndarray]:
    found = entropies(width, N_KEYS, seed=0, power=power, norms=NORMS)
    return {name: curve.numpy() for name, curve in found.items()}


@functools.cache
def _sorted_rows(norm: float, width: int, power: float) -> dict[str, np.ndarray]:
    """The largest weights of a row, mean over rows."""
    generator = torch.Generator().manual_seed(1)
    queries = torch.randn(N_ROWS, width, generator=generator, dtype=torch.float64)
    queries = norm * queries / queries.norm(dim=-1, keepdim=True)
    keys = torch.randn(N_KEYS, width, generator=generator, dtype=torch.float64)
    rows = {
        "softmax": (queries @ keys.mT).softmax(-1),
        "ReLU": kernel_weights(split_power(queries, 1.0), split_power(keys, 1.0)),
        "NaLa": nala_weights(queries, keys, power),
    }
    sort = {name: each.sort(-1, descending=True).values.mean(0) for name, each in rows.items()}
    return {name: each[:SHOWN].numpy() for name, each in sort.items()}


def compute(norm: float, width: float, power: float) -> Values:
    """Entropies against the norm, and the largest weights at the norm that is set."""
    curves, rows = _curves(int(width), power), _sorted_rows(norm, int(width), power)
    now = {name: float(np.interp(norm, NORMS, curve)) for name, curve in curves.items()}
    return {
        "norms": np.array(NORMS),
        "entropy_softmax": curves["softmax"],
        "entropy_relu": curves["ReLU"],
        "entropy_nala": curves["NaLa"],
        "uniform": float(np.log(N_KEYS)),
        "now": np.array([norm]),
        "softmax_now": np.array([now["softmax"]]),
        "relu_now": np.array([now["ReLU"]]),
        "nala_now": np.array([now["NaLa"]]),
        "rank": np.arange(1.0, SHOWN + 1),
        "row_softmax": rows["softmax"],
        "row_relu": rows["ReLU"],
        "row_nala": rows["NaLa"],
        "exponent": float(power * (0.5 + np.tanh(norm))),
        "softmax_entropy": now["softmax"],
        "nala_entropy": now["NaLa"],
    }


NORM_AND_ENTROPY = Explorable(
    name="norm-and-entropy",
    title="Who hears the norm of the query?",
    compute=compute,
    controls=[
        Slider(
            "norm", "|q|", low=0.1, high=4.0, default=1.0, step=0.15, meaning="norm of the query"
        ),
        Steps("width", "width d", (8, 32, 128), default=32, meaning="of queries and keys"),
        Steps("power", "power λ", (1.0, 2.0, 3.0, 5.0), default=3.0, meaning="of both maps"),
    ],
    panels=[
        Panel(
            Rule("uniform", axis="y", label="log n", tone="muted"),
            Line("norms", "entropy_softmax", label="softmax", tone="muted"),
            Line("norms", "entropy_relu", label="ReLU", tone="value"),
            Line("norms", "entropy_nala", label="NaLa", tone="density"),
            Points("now", "softmax_now", tone="muted", size=8),
            Points("now", "relu_now", tone="value", size=8),
            Points("now", "nala_now", tone="density", size=8),
            title="Entropy of a row of 256 keys",
            x=Axis("|q|", (0, 4.1)),
            y=Axis("nats", (0, 6)),
            main=True,
        ),
        Panel(
            Line("rank", "row_softmax", label="softmax", tone="muted"),
            Line("rank", "row_relu", label="ReLU", tone="value"),
            Line("rank", "row_nala", label="NaLa", tone="density"),
            title="Its largest weights",
            x=Axis("rank of the key", (1, SHOWN)),
            y=Axis("weight", (0.001, 1), log=True),
        ),
    ],
    readouts=[
        Readout("exponent", "exponent of the direction"),
        Readout("softmax_entropy", "entropy, softmax"),
        Readout("nala_entropy", "entropy, NaLa"),
    ],
    depends={
        ("norms", "uniform", "rank"): (),
        ("entropy_softmax", "entropy_relu"): ("width",),
        "entropy_nala": ("width", "power"),
        "now": ("norm",),
        ("softmax_now", "softmax_entropy", "row_softmax"): ("norm", "width"),
        ("relu_now", "row_relu"): ("norm", "width"),
        "exponent": ("norm", "power"),
    },
    caption="""Move |q| from one end to the other. Softmax goes from a flat row to one with a spike;
    ReLU of both signs does not move at all, for the norm is divided away; NaLa moves a little, and
    beyond |q| = 2 no more, where tanh has reached its end. A good part of its lead over ReLU is
    there at |q| = 0.1 already: that is the powers themselves, and not the norm.""",
    alt="""Left, entropy of a row against the norm of its query: softmax falls from log n to below
    two nats, ReLU is a level line, NaLa falls by less than half a nat and then levels off; right,
    the largest weights of the three rows on a logarithmic axis.""",
)
