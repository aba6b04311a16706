"""Risk at other prompt lengths: softmax, and linear attention with two normalisers."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Line, Panel, Points, Readout, Slider, Steps, Values
from attnkit.icl import theory
from attnkit.icl.recorded.networks import NETWORKS

__all__ = ["LENGTH_FIGURE"]

D = 5
LENGTHS = torch.from_numpy(np.geomspace(8, 500, 61))
_TRAINED = {
    "softmax_dots": "softmax, two heads",
    "own_dots": "linear, 1/L of the test",
    "kept_dots": "linear, 1/L of training",
}
_CEILING = 30.0


@cache
def _dots() -> dict[str, np.ndarray]:
    """Mean risk of the recorded networks, trained with 40 examples at noise 0.1."""
    found = {"dot_length": np.array(NETWORKS["icl-length"]["test_lengths"], dtype=float)}
    for name, recorded in _TRAINED.items():
        risks = np.array(NETWORKS["icl-length"][recorded])
        found[name] = np.where(risks < _CEILING, risks, np.nan)
    return found


def compute(trained_length: float, log_noise: float) -> Values:
    """Closed-form risk over the test length, for every way to normalise."""
    noise = round(10**log_noise, 9)
    setting = (D, LENGTHS, noise)
    softmax_rate = theory.debiased_gradient_descent_rate(D, trained_length, noise)
    linear_rate = theory.gradient_descent_rate(D, trained_length, noise)
    kept = theory.gradient_descent_risk(*setting, rate=linear_rate * LENGTHS / trained_length)
    recorded = trained_length == 40 and noise == 0.1
    dots = {k: v if recorded else np.full_like(v, np.nan) for k, v in _dots().items()}
    return {
        **dots,
        "length": LENGTHS.numpy(),
        "softmax": theory.debiased_gradient_descent_risk(*setting, rate=softmax_rate).numpy(),
        "own": theory.gradient_descent_risk(*setting, rate=linear_rate).numpy(),
        "kept": torch.where(kept < _CEILING, kept, torch.nan).numpy(),
        "best": theory.debiased_gradient_descent_risk(*setting).numpy(),
        "ridge": theory.asymptotic_bayes_risk(D / LENGTHS, noise).numpy(),
        "trained_at": np.array([float(trained_length)]),
        "risk_there": np.array([theory.debiased_gradient_descent_risk(D, trained_length, noise)]),
        "softmax_rate": softmax_rate,
        "linear_rate": linear_rate,
        "kept_rate": linear_rate * 400 / trained_length,
    }


LENGTH_FIGURE = Explorable(
    name="icl-length",
    title="Longer prompts than in training",
    compute=compute,
    controls=[
        Steps(
            "trained_length",
            "examples in training",
            (10, 20, 40, 80, 160),
            default=40,
            meaning="the rate is the best one at this length",
        ),
        Slider(
            "log_noise",
            "log₁₀ noise variance",
            low=-2,
            high=0.5,
            default=-1,
            step=0.05,
            meaning="variance of the label noise; the signal has variance 1",
        ),
    ],
    panels=[
        Panel(
            Line("length", "softmax", label="softmax pair"),
            Line("length", "own", label="linear, 1/L of the test", tone="value", dash=True),
            Line("length", "kept", label="linear, 1/L of training", tone="accent"),
            Line("length", "best", label="debiased, best rate", tone="muted", dash=True),
            Line("length", "ridge", label="Bayes ridge", tone="support"),
            Points("dot_length", "softmax_dots", label="trained softmax", tone="density"),
            Points("dot_length", "own_dots", label="trained linear", tone="value"),
            Points("dot_length", "kept_dots", label="same, 1/L kept", tone="accent"),
            Points("trained_at", "risk_there", tone="second", size=11),
            x=Axis("examples at test", (8, 500), log=True),
            y=Axis("risk", (0.009, 40), log=True),
        )
    ],
    readouts=[
        Readout("softmax_rate", "rate of the softmax pair"),
        Readout("linear_rate", "rate with 1/L of the test"),
        Readout("kept_rate", "rate at 400 with 1/L kept", digits=1),
    ],
    depends={"length": (), ("best", "ridge"): ("log_noise",), "trained_at": ("trained_length",)},
    tolerance=2e-2,
    caption="""Small-scale closed forms for five inputs. Linear attention whose 1/L follows the
    prompt keeps up with softmax; with the 1/L of training its step grows with the prompt and it
    diverges. Dots are trained networks (40 examples, noise 0.1 only); risks above 30 are not
    drawn.""",
    alt="""Risk against test length on logarithmic axes: softmax and the normalised linear curve
    fall together, the linear curve with its normaliser kept rises steeply.""",
)
