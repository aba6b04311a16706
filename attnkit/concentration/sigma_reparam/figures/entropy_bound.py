"""Entropy against the norm of a row's scores: the least there is, random rows, real heads."""

import functools
import math

import numpy as np
import torch
from torch import Tensor

from attnkit.concentration.sigma_reparam.recorded import real_heads
from attnkit.concentration.sigma_reparam.rows import centred_norm, sharpest_row
from attnkit.diagnostics import entropy, entropy_bound
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Line, Points
from attnkit.explore.presets import one_point

__all__ = ["ENTROPY_BOUND"]

F64 = torch.float64
LENGTHS = (4, 8, 16, 32, 64, 128, 256, 512)
AXIS = torch.logspace(math.log10(0.3), math.log10(150), 61, dtype=F64)
N_RANDOM, N_SHOWN = 80, 8


def random_rows(n: int, norms: Tensor) -> Tensor:
    """Normal scores, scaled so that each row has the norm asked for."""
    drawn = torch.randn(len(norms), n, generator=torch.Generator().manual_seed(n), dtype=F64)
    return (drawn - drawn.mean(-1, keepdim=True)) * (norms / centred_norm(drawn)).unsqueeze(-1)


@functools.cache
def _cloud(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Norms and entropies of random rows, and the bound along the axis, over log n."""
    norms = torch.logspace(math.log10(0.4), math.log10(140), N_RANDOM, dtype=F64)
    found = entropy(random_rows(n, norms).softmax(-1)) / math.log(n)
    return norms.numpy(), found.numpy(), (entropy_bound(AXIS, n) / math.log(n)).numpy()


def heaviest(scores: Tensor) -> np.ndarray:
    """The weights of the first keys, the heaviest first; NaN beyond the row."""
    weights = scores.softmax(-1).sort(descending=True).values[:N_SHOWN]
    return np.pad(weights.numpy(), (0, N_SHOWN - len(weights)), constant_values=math.nan)


def compute(norm: float, n: float) -> Values:
    """The bound and the cloud for n keys, and two rows of one norm."""
    n_keys = int(n)
    norms, cloud, bound = _cloud(n_keys)
    sharpest = sharpest_row(norm, n_keys)
    (random,) = random_rows(n_keys, torch.tensor([norm], dtype=F64))
    least, usual = (entropy(row.softmax(-1)).item() for row in (sharpest, random))
    heads = real_heads()
    return {
        "axis": AXIS.numpy(),
        "bound": bound,
        "random_norm": norms,
        "random_entropy": cloud,
        "head_norm": heads["norm"],
        "head_entropy": heads["entropy"],
        "now": norm,
        "least_now": least / math.log(n_keys),
        "usual_now": usual / math.log(n_keys),
        "rank": np.arange(1.0, N_SHOWN + 1),
        "sharpest_weights": heaviest(sharpest),
        "random_weights": heaviest(random),
        "least": least,
        "usual": usual,
    }


ENTROPY_BOUND = Explorable(
    name="entropy-bound",
    title="How sharp can a row of this size be?",
    compute=compute,
    controls=[
        Slider(
            "norm",
            "norm s",
            low=0.5,
            high=20.0,
            default=5.0,
            step=0.5,
            meaning="length of a row of scores, its mean taken off",
        ),
        Steps("n", "n", LENGTHS, default=64, meaning="how many keys the row has"),
    ],
    panels=[
        Panel(
            Points("head_norm", "head_entropy", label="72 trained heads", tone="muted", size=5),
            Points("random_norm", "random_entropy", label="random rows", tone="second", size=4),
            Line("axis", "bound", label="the least there is"),
            Points(one_point("now"), one_point("usual_now"), tone="accent", size=10),
            Points(one_point("now"), one_point("least_now"), label="two rows of norm s", size=10),
            x=Axis("norm of the row", (0.3, 150), log=True),
            y=Axis("entropy / log n", (-0.02, 1.03)),
            main=True,
        ),
        Panel(
            Bars("rank", "sharpest_weights", label="sharpest row"),
            Points("rank", "random_weights", label="random row of the same norm", tone="accent"),
            title="Their heaviest keys",
            x=Axis("rank of the key", (0.4, N_SHOWN + 0.6)),
            y=Axis("weight", (0.0, 1.02)),
        ),
    ],
    readouts=[
        Readout("least", "least entropy", "nats"),
        Readout("usual", "entropy of a random row", "nats"),
    ],
    depends={
        ("axis", "head_norm", "head_entropy", "rank", "random_norm"): (),
        ("bound", "random_entropy"): ("n",),
        "now": ("norm",),
    },
    caption="""Raise the norm: the curve is almost at zero by s = 10, whatever n, since one key far
    above equal rivals needs no more. A random row of the same norm stays near log n, and the more
    keys there are, the longer. The grey dots are heads of one six-layer encoder, means over thirty
    passages of 5 to 407 tokens: they lie far above the bound, on the side of the random rows.""",
    alt="""Left, entropy over log n against the norm of a row on a logarithmic axis: a falling
    curve, a cloud of random rows above it, seventy-two dots of trained heads, and two dots at the
    chosen norm. Right, the weights of the eight heaviest keys of both rows.""",
)
