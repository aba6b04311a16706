"""A prediction of three keys, moved by a step of the weights and by two changes of the data."""

from functools import lru_cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Line, Panel, Points, Readout, Slider, Values
from attnkit.icl.weight_shift.claims import gradient_shift
from attnkit.icl.weight_shift.shift import data_shift, softmax_regression, weight_step

__all__ = ["WEIGHT_SHIFT_FIGURE"]

RATES = np.linspace(0, 8, 21)
SQUARES = (0.2, 0.75, 1.5, 3.0, 6.0)
STRETCHES = (0.5, 1.0, 2.0)
TURNS = (100.0, 160.0, 220.0, 280.0)
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])


@lru_cache(maxsize=256)
def _paths(squared: float, stretch: float, turn: float) -> dict[str, np.ndarray]:
    """(rate, 2) places of the three predictions, and the norms of both changes of the data."""
    corners = torch.tensor([90.0, 210.0, 330.0]).double().deg2rad()
    data = torch.stack([stretch * corners.cos(), corners.sin()], -1)
    angle = torch.tensor(turn).double().deg2rad()
    weights = squared**0.5 * torch.stack([angle.cos(), angle.sin()])
    wanted = torch.tensor([1.0, 0.0, 0.0]).double()
    found: dict[str, list] = {"step": [], "same": [], "other": [], "least": [], "norm": []}
    for rate in RATES.tolist():
        step = weight_step(data, weights, wanted, rate=rate)
        least, other = data_shift(data, weights, step), gradient_shift(data, weights, wanted, rate)
        for name, at in (
            ("step", softmax_regression(data, weights + step)),
            ("same", softmax_regression(data + least, weights)),
            ("other", softmax_regression(data + other, weights)),
        ):
            found[name].append(at.numpy() @ CORNERS)
        found["least"].append(least.norm().item())
        found["norm"].append(other.norm().item())
    return {name: np.array(rows) for name, rows in found.items()}


def compute(squared: float, stretch: float, turn: float, rate: float) -> Values:
    """Paths in the triangle of predictions, and how far they are apart, by the rate."""
    at = _paths(float(squared), float(stretch), float(turn))
    here = int(np.abs(RATES - rate).argmin())
    apart = np.linalg.norm(at["step"] - at["other"], axis=-1)
    places = {
        f"{name}_{axis}": at[name][:, i]
        for name in ("step", "other")
        for i, axis in enumerate("xy")
    }
    dots = {f"{name}_now_{a}": at[name][[here], i] for name in at for i, a in enumerate("xy")
            if at[name].ndim == 2}  # fmt: skip
    return {
        "corner_x": CORNERS[[0, 1, 2, 0], 0],
        "corner_y": CORNERS[[0, 1, 2, 0], 1],
        "rate": RATES,
        **places,
        **dots,
        "apart": apart,
        "rate_now": RATES[[here]],
        "apart_now": apart[[here]],
        "apart_here": apart[here],
        "least_here": at["least"][here],
        "norm_here": at["norm"][here],
    }


_SETTING = ("squared", "stretch", "turn")

WEIGHT_SHIFT_FIGURE = Explorable(
    name="weight-shift",
    title="Move the weights, or move the prompt",
    compute=compute,
    controls=[
        Slider(
            "rate",
            "rate η",
            stops=tuple(RATES[::2].tolist()),
            default=4.0,
            step=0.8,
            meaning="of either step",
        ),
        Slider("squared", "|x|²", stops=SQUARES, default=0.75, step=0.05, meaning="of the weights"),
        Slider(
            "stretch", "stretch of A", stops=STRETCHES, default=2.0, step=0.5, meaning="1: round"
        ),
        Slider("turn", "direction of x", stops=TURNS, default=220.0, step=10.0, meaning="degrees"),
    ],
    panels=[
        Panel(
            Line("corner_x", "corner_y", tone="muted"),
            Line("step_x", "step_y", label="step of the weights", tone="density"),
            Line("other_x", "other_y", label="the data's own gradient", tone="value", dash=True),
            Points("same_now_x", "same_now_y", label="Δ, no step at all", tone="accent", size=11),
            Points("step_now_x", "step_now_y", tone="density", size=6),
            Points("other_now_x", "other_now_y", tone="value", size=7),
            title="Predictions; the top is what is wanted",
            x=Axis(ends=(-0.03, 1.03)),
            y=Axis(ends=(-0.03, 0.93)),
            main=True,
        ),
        Panel(
            Line("rate", "apart", label="step and data's gradient", tone="value"),
            Points("rate_now", "apart_now", tone="value", size=7),
            title="How far apart",
            x=Axis("rate η", (0, 8.1)),
            y=Axis(ends=(0, 0.85)),
        ),
    ],
    readouts=[
        Readout("apart_here", "distance of the two gradients"),
        Readout("least_here", "norm of Δ"),
        Readout("norm_here", "norm of the data's gradient step"),
    ],
    depends={
        ("corner_x", "corner_y", "rate"): (),
        ("step_x", "step_y", "other_x", "other_y", "apart"): _SETTING,
        "rate_now": ("rate",),
    },
    caption="""The ring is the prediction of changed data and unchanged weights: it sits on the step
    always. The dashed path changes the data along their own gradient. With round data (stretch 1)
    find the |x|² at which the two gradients are one; with more the data are faster, with less the
    weights. With stretched data they part in direction as well.""",
    alt="""A triangle of predictions in which two paths run from a starting point to the upper
    corner; a dot of changed data sits on the path of changed weights. Beside it the distance of the
    two paths against the rate.""",
)
