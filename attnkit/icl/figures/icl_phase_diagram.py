"""How far debiased gradient descent is from Bayes, over prompt length and noise."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Heat, Line, Points, Rule
from attnkit.icl import theory
from attnkit.icl.recorded.networks import NETWORKS

__all__ = ["PHASE_FIGURE", "risk_ratio"]

D = 5
NOISES = np.geomspace(0.01, 10, 61)
_RATIOS = np.geomspace(1 / 64, 1, 49)


def risk_ratio(d_over_length: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """Risk of debiased descent at d = 5 over the asymptotic risk of Bayes ridge."""
    debiased = theory.debiased_gradient_descent_risk(D, D / d_over_length, noise)
    return debiased / theory.asymptotic_bayes_risk(d_over_length, noise)


@cache
def _diagram() -> dict[str, np.ndarray]:
    ratios, noises = torch.from_numpy(_RATIOS), torch.from_numpy(NOISES)[:, None]
    return {
        "d_over_length": _RATIOS,
        "noise": NOISES,
        "log_ratio": np.log10(risk_ratio(ratios, noises).numpy()),
    }


@cache
def _trained(n_examples: int) -> dict[str, np.ndarray]:
    """Trained risk over that of Bayes ridge on the same prompts, every seed of every noise."""
    seeds = sorted(NETWORKS["icl-grid"].get(str(n_examples), []))
    pairs = [(noise, ratio) for noise, ratios in seeds for ratio in ratios]
    padded = pairs + [(np.nan, np.nan)] * (40 - len(pairs))
    noises, ratios = np.array(padded).T
    return {"trained_noise": noises, "trained_ratio": ratios}


def compute(n_examples: float, log_noise: float) -> Values:
    """The diagram, one column of it with trained heads, and the numbers at the chosen point."""
    n_examples, noise = int(n_examples), 10**log_noise
    d_over_length = torch.tensor(D / n_examples, dtype=torch.float64)
    column = risk_ratio(d_over_length, torch.from_numpy(NOISES))
    debiased = theory.debiased_gradient_descent_risk(D, n_examples, noise)
    bayes = theory.asymptotic_bayes_risk(D / n_examples, noise)
    return {
        **_diagram(),
        **_trained(n_examples),
        "column": column.numpy(),
        "here_ratio_axis": np.array([D / n_examples]),
        "here_noise": np.array([noise]),
        "chosen_noise": noise,
        "debiased": debiased,
        "bayes": bayes,
        "risk_ratio": debiased / bayes,
        "excess_ratio": (debiased - noise) / (bayes - noise),
        "rate": theory.debiased_gradient_descent_rate(D, n_examples, noise),
    }


PHASE_FIGURE = Explorable(
    name="icl-phase-diagram",
    title="Nearly Bayes: where?",
    compute=compute,
    controls=[
        Steps(
            "n_examples",
            "examples L",
            (5, 10, 20, 40, 80, 160, 320),
            default=40,
            meaning="length of the prompt; five inputs, so d/L = 5/L",
        ),
        Slider(
            "log_noise",
            "log₁₀ noise variance",
            low=-2,
            high=1,
            default=-1,
            step=0.05,
            meaning="variance of the label noise; the signal has variance 1",
        ),
    ],
    panels=[
        Panel(
            Heat("log_ratio", x="d_over_length", y="noise", low=0, high=1, label="log₁₀ ratio"),
            Points("here_ratio_axis", "here_noise", tone="accent", size=12),
            title="Risk of debiased descent over Bayes",
            x=Axis("d / L", (1 / 64, 1), log=True),
            y=Axis("noise variance", (0.01, 10), log=True),
        ),
        Panel(
            Line("noise", "column", label="debiased descent"),
            Points("trained_noise", "trained_ratio", label="trained heads, each seed"),
            Rule("chosen_noise"),
            title="At this length",
            x=Axis("noise variance", (0.01, 10), log=True),
            y=Axis("risk over Bayes", (0.9, 30), log=True),
        ),
    ],
    readouts=[
        Readout("debiased", "debiased descent"),
        Readout("bayes", "Bayes ridge"),
        Readout("risk_ratio", "ratio of risks", digits=2),
        Readout("excess_ratio", "ratio beyond the noise", digits=1),
        Readout("rate", "best rate η*"),
    ],
    depends={
        ("d_over_length", "noise", "log_ratio"): (),
        ("trained_noise", "trained_ratio", "column", "here_ratio_axis"): ("n_examples",),
        ("here_noise", "chosen_noise"): ("log_noise",),
    },
    tolerance=1e-2,
    caption="""Closed forms: debiased descent exact at d = 5, Bayes in the limit of large d and L,
    which is about one percent off here. Dots are trained pairs of heads over Bayes ridge on the
    same prompts, at the lengths 10 to 160 and the noises 0.01 to 3.""",
    alt="""A heat map of the ratio of risks, bright where noise is low and dark where it is high,
    and a falling curve of the same ratio at one length with dots of trained heads on it.""",
)
