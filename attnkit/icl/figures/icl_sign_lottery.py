"""Two heads in the reduced gradient flow: do they take opposite signs?"""

from functools import cache

import torch

from attnkit.explore import Axis, Explorable, Line, Panel, Readout, Rule, Steps, Values
from attnkit.icl import theory

__all__ = ["LOTTERY_FIGURE"]

SETTING = (5, 40, 0.1)
FIRST_SCALE, FIRST_GAIN = 0.02, 0.02
TIMES = torch.cat([torch.linspace(0, 5, 51), torch.linspace(5.5, 25, 40)]).double()
_STARTS = (-0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03)


@cache
def _flow(second_scale: float, second_gain: float) -> tuple[torch.Tensor, torch.Tensor]:
    return theory.gradient_flow(
        theory.corrected_loss(*SETTING).gradient,
        torch.tensor([FIRST_SCALE, second_scale], dtype=torch.float64),
        torch.tensor([FIRST_GAIN, second_gain], dtype=torch.float64),
        times=TIMES,
    )


def compute(second_scale: float, second_gain: float) -> Values:
    """Follow the flow of the corrected loss; the first head always starts positive."""
    scales, gains = _flow(float(second_scale), float(second_gain))
    risk = theory.corrected_loss(*SETTING)(scales, gains)
    return {
        "time": TIMES.numpy(),
        "first_scale": scales[:, 0].numpy(),
        "second_scale": scales[:, 1].numpy(),
        "first_gain": gains[:, 0].numpy(),
        "second_gain": gains[:, 1].numpy(),
        "risk": risk.numpy(),
        "best_risk": theory.debiased_gradient_descent_risk(*SETTING),
        "end_risk": float(risk[-1]),
        "ballot": float(second_scale + second_gain),
        "end_sign": float(scales[-1, 1].sign()),
    }


def _paths(kind: str, title: str, y_range: tuple[float, float]) -> Panel:
    return Panel(
        Line("time", f"first_{kind}", label="head 1"),
        Line("time", f"second_{kind}", label="head 2", tone="value"),
        title=title,
        x=Axis("time", (0, 25)),
        y=Axis(ends=y_range),
    )


def _start(name: str, label: str, default: float) -> Steps:
    meaning = f"head 1 starts with {FIRST_SCALE} and {FIRST_GAIN}"
    return Steps(name, label, _STARTS, default=default, meaning=meaning)


LOTTERY_FIGURE = Explorable(
    name="icl-sign-lottery",
    title="The sign lottery",
    compute=compute,
    controls=[
        _start("second_scale", "head 2 starts with ω", 0.01),
        _start("second_gain", "head 2 starts with μ", -0.02),
    ],
    panels=[
        _paths("scale", "Scale ω", (-0.75, 0.75)),
        _paths("gain", "Gain μ", (-1.8, 2.2)),
        Panel(
            Line("time", "risk", label="risk", tone="support"),
            Rule("best_risk", axis="y", label="debiased descent", tone="muted"),
            title="Risk, corrected loss",
            x=Axis("time", (0, 25)),
            y=Axis(ends=(0.2, 1.15)),
        ),
    ],
    readouts=[
        Readout("ballot", "ω + μ of head 2 at the start"),
        Readout("end_sign", "sign of head 2 at the end", digits=0),
        Readout("end_risk", "risk at time 25"),
    ],
    depends={("time", "best_risk"): (), "ballot": ("second_scale", "second_gain")},
    caption="""Gradient flow of the corrected reduced loss. Near zero each head grows along ω = μ or
    shrinks along ω = −μ, so the sign of ω + μ at the start decides. Two heads of one sign end at
    the risk of one head.""",
    alt="""Scale and gain of two heads over time: they part to opposite values and the risk falls
    nearly to the horizontal line, or they merge and the risk stays high.""",
)
