"""The valley of equal risk over scale and gain, with the flow and a training in it."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Band, Heat, Line, Points
from attnkit.icl import theory
from attnkit.icl.recorded import recorded_result

__all__ = ["VALLEY_FIGURE", "pair_risk"]

Number = float | np.ndarray
SETTING = (5, 40, 0.1)
GAINS = np.geomspace(0.2, 12.0, 61)
_FLOOR = 1e-4
_SIGNS = torch.tensor([1.0, -1.0], dtype=torch.float64)


@cache
def _table() -> dict[str, np.ndarray]:
    case, result = recorded_result("icl-valley")[0]
    return {"scale": np.array(case["scales"])} | {k: np.array(v) for k, v in result.items()}


def pair_risk(scale: float, gain: Number) -> tuple[Number, Number]:
    """Risk of (omega, mu), (-omega, -mu) from the recorded sample, and its standard error."""
    table = _table()
    hit, form, hit_variance, covariance, form_variance = (
        np.interp(scale, table["scale"], table[name])
        for name in ("hit", "form", "hit_variance", "covariance", "form_variance")
    )
    mean = 1 + SETTING[2] - 2 * hit * gain + form * gain**2
    variance = 4 * gain**2 * hit_variance - 4 * gain**3 * covariance + gain**4 * form_variance
    return mean, np.sqrt(variance)


@cache
def _landscape() -> dict[str, np.ndarray]:
    """What does not move: the log excess risk, the valley's floor, the two paths."""
    scales = _table()["scale"]
    risks = np.stack([pair_risk(scale, GAINS)[0] for scale in scales], axis=1)
    excess = np.maximum(risks - theory.debiased_gradient_descent_risk(*SETTING), _FLOOR)
    rate = theory.debiased_gradient_descent_rate(*SETTING)
    return {
        "scales": scales,
        "gains": GAINS,
        "log_excess": np.log10(excess),
        "floor_scale": rate / (2 * GAINS),
        **_trained_path(),
        **_flow_path(),
    }


def _trained_path() -> dict[str, np.ndarray]:
    stories = {case["start"]: result for case, result in recorded_result("icl-checkpoints")}
    matrices = np.array(stories["balanced"]["key_query"])[:, :, :5, :]
    gains = np.array(stories["balanced"]["output_value"])[:, :, 5]
    scales = np.trace(matrices, axis1=-2, axis2=-1) / 5
    return {"trained_scale": np.abs(scales).mean(-1), "trained_gain": np.abs(gains).mean(-1)}


def _flow_path() -> dict[str, np.ndarray]:
    times = torch.cat([torch.linspace(0, 8, 60), torch.linspace(8.5, 200, 60)]).double()
    gradient = theory.corrected_loss(*SETTING).gradient
    scales, gains = theory.gradient_flow(gradient, 0.02 * _SIGNS, 0.02 * _SIGNS, times=times)
    return {"flow_scale": scales[:, 0].numpy(), "flow_gain": gains[:, 0].numpy()}


def _approximations(scale: float) -> dict[str, np.ndarray]:
    gains = torch.from_numpy(GAINS)[:, None] * _SIGNS
    scales = (scale * _SIGNS).expand_as(gains)
    return {
        "authors": theory.authors_loss(*SETTING)(scales, gains).numpy(),
        "corrected": theory.corrected_loss(*SETTING)(scales, gains).numpy(),
    }


def compute(scale: float, log_gain: float) -> Values:
    """The landscape, one cut through it, and the risk at the chosen point."""
    cut, error = pair_risk(scale, GAINS)
    gain = 10**log_gain
    here, here_error = pair_risk(scale, gain)
    return {
        **_landscape(),
        "here_scale": np.array([scale]),
        "here_gain": np.array([gain]),
        "cut_low": np.minimum(cut - 2 * error, 3.0),
        "cut_high": np.minimum(cut + 2 * error, 3.0),
        "cut": np.minimum(cut, 3.0),
        **{name: np.minimum(value, 3.0) for name, value in _approximations(scale).items()},
        "risk": float(here),
        "error": float(here_error),
        "product": 2 * scale * gain,
        "best": theory.debiased_gradient_descent_rate(*SETTING),
    }


VALLEY_FIGURE = Explorable(
    name="icl-valley",
    title="A valley, not a point",
    compute=compute,
    controls=[
        Slider(
            "scale",
            "scale ω",
            low=0.02,
            high=0.6,
            default=0.2,
            step=0.01,
            meaning="the first head matches with ω, the second with −ω",
        ),
        Slider(
            "log_gain",
            "log₁₀ gain μ",
            low=-0.6,
            high=1.05,
            default=0.35,
            step=0.05,
            meaning="the first head answers with μ, the second with −μ",
        ),
    ],
    panels=[
        Panel(
            Heat("log_excess", x="scales", y="gains", low=-4, high=0.5, label="log₁₀ excess"),
            Line("floor_scale", "gains", label="2ωμ = η*", tone="muted", dash=True),
            Line("flow_scale", "flow_gain", label="gradient flow", tone="value"),
            Line("trained_scale", "trained_gain", label="training", tone="accent"),
            Points("here_scale", "here_gain", tone="density", size=12),
            x=Axis("scale ω", (0.01, 0.6)),
            y=Axis("gain μ", (0.2, 12), log=True),
        ),
        Panel(
            Band("gains", "cut_low", "cut_high", label="± 2 standard errors"),
            Line("gains", "cut", label="risk at this ω"),
            Line("gains", "corrected", label="corrected loss", tone="value", dash=True),
            Line("gains", "authors", label="authors' loss", tone="accent", dash=True),
            x=Axis("gain μ", (0.2, 12), log=True),
            y=Axis("risk", (0, 1.5)),
        ),
    ],
    readouts=[
        Readout("product", "2ωμ"),
        Readout("best", "best rate η*"),
        Readout("risk", "risk", digits=4),
        Readout("error", "its standard error", digits=4),
    ],
    depends={
        ("scales", "gains", "log_excess", "floor_scale", "best"): (),
        ("trained_scale", "trained_gain", "flow_scale", "flow_gain"): (),
        "here_gain": ("log_gain",),
        ("here_scale", "cut_low", "cut_high", "cut", "authors", "corrected"): ("scale",),
    },
    tolerance=2e-2,
    caption="""Risk of a symmetric pair of heads above that of debiased gradient descent, from
    60,000 antithetic pairs of draws common to all scales; drawn between 0.0001 and 3. The training
    is Adam's on all matrices, shown by the mean size of scale and gain of its two heads; the flow
    is that of the corrected reduced loss, up to time 200.""",
    alt="""A heat map with a curved dark valley along the hyperbola 2ωμ = η*, with two paths that
    overshoot in scale and then creep along its floor; beside it the risk across the valley.""",
)
