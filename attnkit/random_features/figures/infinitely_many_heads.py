"""The kernel of M random heads against the kernel of infinitely many."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Line, Panel, Points, Readout, Steps, Values
from attnkit.random_features.attention import RandomFeatureAttention
from attnkit.random_features.limit_kernels import attention_kernel

__all__ = ["INFINITE_HEADS"]

HEADS = (1, 4, 16, 64, 256, 1024, 4096)
N_ANGLES = 61
ANGLES = torch.linspace(-180.0, 180.0, N_ANGLES, dtype=torch.float64)


def _pairs() -> tuple[torch.Tensor, torch.Tensor]:
    """The query (1, 0) with one key at each angle; the first sample's key is the query itself."""
    angle = torch.deg2rad(torch.cat([torch.zeros(1, dtype=torch.float64), ANGLES]))
    keys = torch.stack([angle.cos(), angle.sin()], dim=-1)
    return keys[:1].expand(len(keys), 2), keys[:, None]


@cache
def _kernel(bias: float) -> torch.Tensor:
    queries, keys = _pairs()
    return attention_kernel((queries, keys), (queries, keys), bias_scale=bias)


@cache
def _gram(heads: int, bias: float, draw: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(100 * draw)
    return RandomFeatureAttention(heads, bias, generator=generator).gram(*_pairs())


@cache
def _error(heads: int, bias: float, draw: int) -> float:
    gap = _gram(heads, bias, draw) - _kernel(bias)
    return float(gap.norm() / _kernel(bias).norm())


def compute(heads: float, bias: float, draw: float) -> Values:
    """One row of both kernels, and the error of the whole matrix at every number of heads."""
    heads, bias, draw = int(heads), float(bias), int(draw)
    errors = np.array([_error(m, bias, draw) for m in HEADS])
    return {
        "angle": ANGLES.numpy(),
        "infinite": _kernel(bias)[0, 1:].numpy(),
        "finite": _gram(heads, bias, draw)[0, 1:].numpy(),
        "number": np.array(HEADS, dtype=float),
        "errors": errors,
        "root": _error(HEADS[2], bias, draw) * (np.array(HEADS) / HEADS[2]) ** -0.5,
        "here": np.array([float(heads)]),
        "error_here": np.array([_error(heads, bias, draw)]),
        "error": _error(heads, bias, draw),
        "scaled": _error(heads, bias, draw) * heads**0.5,
    }


INFINITE_HEADS = Explorable(
    name="infinitely-many-heads",
    title="M heads against infinitely many",
    compute=compute,
    controls=[
        Steps("heads", "heads M", HEADS, default=16, meaning="random heads averaged"),
        Steps("bias", "bias", (0.0, 1.0, 2.0, 4.0), meaning="W₀ = bias · [I 0; 0 0]"),
        Steps("draw", "draw", range(1, 6), meaning="another set of random heads"),
    ],
    panels=[
        Panel(
            Line("angle", "infinite", label="infinitely many", tone="muted", width=5),
            Line("angle", "finite", label="M heads"),
            title="Kernel between a key at 0° and a key at another angle",
            x=Axis("angle (degrees)", (-180, 180)),
            y=Axis("kernel"),
        ),
        Panel(
            Line("number", "root", label="M^(-1/2)", tone="muted", dash=True),
            Line("number", "errors", label="error of the Gram matrix"),
            Points("here", "error_here", tone="accent", size=11),
            title="Relative error",
            x=Axis("heads M", (0.8, 5200), log=True),
            y=Axis("relative error", (0.003, 10), log=True),
        ),
    ],
    readouts=[Readout("error", "relative error"), Readout("scaled", "error · √M")],
    depends={
        ("angle", "number"): (),
        "infinite": ("bias",),
        ("errors", "root"): ("bias", "draw"),
        "here": ("heads",),
    },
    caption="""The query is fixed and each sample has one key. The kernel of M random heads is an
    average of M random kernels, so it wobbles about the closed form and settles as one over the
    root of M.""",
    alt="""Left, the kernel against the angle between two keys, for M heads and for infinitely many;
    right, the relative error against M on logarithmic axes, along a line of slope minus one
    half.""",
)
