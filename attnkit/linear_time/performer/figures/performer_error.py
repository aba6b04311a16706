"""The error of a random estimate of the exponential kernel, by features, length and redraws."""

from functools import cache

import numpy as np
import torch
from torch import Tensor

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.linear_time.performer.directions import independent_directions, orthogonal_directions
from attnkit.linear_time.performer.theory import hyperbolic_variance, positive_variance

__all__ = ["PERFORMER_ERROR"]

N_FEATURES = tuple(2**power for power in range(2, 11))
LENGTHS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
REDRAWS = (1, 2, 4, 8, 16)
D_KEY, N_DRAWS, N_PATHS = 16, 1000, 16


@cache
def _directions() -> Tensor:
    """(draw, direction): orthogonal directions along one unit vector, for many draws."""
    generator = torch.Generator().manual_seed(0)
    drawn = [
        orthogonal_directions(max(N_FEATURES), D_KEY, generator=generator)[:, 0]
        for _ in range(N_DRAWS)
    ]
    return torch.stack(drawn)


@cache
def _paths() -> Tensor:
    """(redraw, direction): independent directions along the same vector."""
    generator = torch.Generator().manual_seed(1)
    drawn = [
        independent_directions(max(N_FEATURES), D_KEY, generator=generator)[:, 0]
        for _ in range(max(REDRAWS))
    ]
    return torch.stack(drawn)


def _estimates(along: Tensor, length: float) -> Tensor:
    """Estimates over the kernel (draw, number of features), of a pair with |q + k| = length."""
    each = (length * along - length**2 / 2).exp()
    means = each.cumsum(-1) / torch.arange(1, along.shape[-1] + 1, dtype=along.dtype)
    return means[:, [m - 1 for m in N_FEATURES]]


def compute(length: float, redraws: float) -> Values:
    """Relative errors by law and as drawn; a few estimates averaged over redraws."""
    square, times = float(length) ** 2, int(redraws)
    drawn = _estimates(_directions(), length)[: N_DRAWS // times * times]
    orthogonal = (drawn.unflatten(0, (-1, times)).mean(1) - 1).square().mean(0)
    path = _estimates(_paths()[:times], length).mean(0)
    iid = np.array([positive_variance(square, m * times) for m in N_FEATURES]) ** 0.5
    return {
        "m": np.array(N_FEATURES, dtype=float),
        "independent": iid,
        "hyperbolic": np.array([hyperbolic_variance(square, m * times) for m in N_FEATURES]) ** 0.5,
        "orthogonal": orthogonal.sqrt().numpy(),
        "path": path.numpy(),
        "one": np.array([1.0]),
        "needed": positive_variance(square, 1.0) / 0.01 / times,
        "at_256": iid[N_FEATURES.index(256)],
    }


PERFORMER_ERROR = Explorable(
    name="performer-error",
    title="Random features and their error",
    compute=compute,
    controls=[
        Slider(
            "length",
            "|q + k|",
            stops=LENGTHS,
            default=1.5,
            step=0.5,
            meaning="length of the sum of query and key",
        ),
        Steps("redraws", "redraws", REDRAWS, meaning="draws whose estimates are averaged"),
    ],
    panels=[
        Panel(
            Line("m", "independent", label="independent", tone="muted"),
            Line("m", "hyperbolic", label="with opposites", tone="second"),
            Points("m", "orthogonal", label="orthogonal, drawn", tone="density", size=6),
            x=Axis("features m", (3.5, 1200), log=True),
            y=Axis("relative error", (1e-3, 100), log=True),
            main=True,
        ),
        Panel(
            Line("m", "path", label="estimate over kernel", tone="density"),
            Rule("one", axis="y", tone="muted"),
            x=Axis("features m", (3.5, 1200), log=True),
            y=Axis("one estimate, redraws averaged", (0, 3)),
        ),
    ],
    readouts=[
        Readout("at_256", "error of 256, independent", digits=3),
        Readout("needed", "features for an error of 0.1", digits=0),
    ],
    depends={("m", "one"): ()},
    caption="""Every factor of four in features halves the error; R redraws are worth R times the
    features, no more. With one draw push |q + k| from 0.5 to 3 and read how many features a tenth
    takes: 28 become 810,000. Opposites save most where little is to be saved. At a long sum the
    dots, of a thousand draws, R at a time, fall far below every law: what the variance is made of
    was not drawn. On the right the same: few features lie below one nearly always. The mean is
    right, the usual draw is not.""",
    alt="""Left, relative error against the number of features, both logarithmic: falling lines for
    independent directions and pairs of opposites, and dots for orthogonal ones below; right, one
    estimate that settles at one as features are added.""",
)
