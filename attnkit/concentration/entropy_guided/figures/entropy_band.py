"""Heads of every sharpness under a band: who is let be, who is moved, who can't be moved."""

import numpy as np

from attnkit.concentration.entropy_guided.settling import (
    SHARPNESS,
    causal,
    relative_entropy,
    settled,
)
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Band, Line, Points
from attnkit.trained import heads

__all__ = ["ENTROPY_BAND"]

BEGIN = np.arange(2, 97, 7)
SHARES = np.linspace(0, 1, 101)
PENALTIES = {"beyond the edge only": "band", "as released": "released"}
COUNTS = {"the keys a query sees": True, "the whole context": False}


def charge(shares: np.ndarray, target: float, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Both penalties of one row, over the square of log n, at each share of the largest entropy."""
    away = np.abs(shares - target)
    return np.maximum(away - tolerance, 0) ** 2, np.where(away > tolerance + 1e-9, away**2, 0.0)


def compute(target: float, tolerance: float, weight: float, penalty: str, counts: str) -> Values:
    """Heads before and after, and what one row is charged."""
    mask = causal() if COUNTS[counts] else None
    ends = settled(PENALTIES[penalty], target, tolerance, weight, mask)[BEGIN].numpy()
    entropies, sharpness = relative_entropy().numpy(), SHARPNESS.numpy()
    beyond, whole = charge(SHARES, target, tolerance)
    real = heads()["normalised_entropy"]
    return {
        "sharpness": sharpness,
        "entropy": entropies,
        "before": sharpness[BEGIN],
        "before_entropy": entropies[BEGIN],
        "after_entropy": entropies[ends],
        "ends": np.array([sharpness[0], sharpness[-1]]),
        "low": np.full(2, max(target - tolerance, 0.0)),
        "high": np.full(2, min(target + tolerance, 1.0)),
        "share": SHARES,
        "beyond": beyond,
        "whole": whole,
        "real": real,
        "real_height": np.zeros_like(real),
        "real_outside": float((np.abs(real - target) > tolerance).sum()),
        "stuck": float((np.abs(entropies[ends] - target) > tolerance + 0.05).sum()),
    }


ENTROPY_BAND = Explorable(
    name="entropy-band",
    title="A band for the entropy",
    compute=compute,
    controls=[
        Slider(
            "target",
            "target θ",
            stops=[round(0.1 * i, 1) for i in range(11)],
            default=0.5,
            step=0.1,
            meaning="entropy wanted, as a share of log n",
        ),
        Slider(
            "tolerance",
            "tolerance ε",
            stops=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
            default=0.2,
            step=0.1,
            meaning="half the width of the band",
        ),
        Steps("weight", "weight", (0, 0.3, 1, 3, 10, 30), default=3, meaning="of the penalty"),
        Choice(
            "penalty",
            "penalty",
            tuple(PENALTIES),
            default="beyond the edge only",
            meaning="what a head outside is charged",
        ),
        Choice(
            "counts",
            "log n counts",
            tuple(COUNTS),
            default="the keys a query sees",
            meaning="what the largest entropy of a causal row is taken to be",
        ),
    ],
    panels=[
        Panel(
            Band("ends", "low", "high", label="band"),
            Line("sharpness", "entropy", label="left alone", tone="muted"),
            Points("before", "before_entropy", tone="muted"),
            Points("before", "after_entropy", label="charged", size=8),
            title="Fourteen heads",
            x=Axis("sharpness the head began with", (0.06, 100), log=True),
            y=Axis("entropy / log of visible keys", (-0.02, 1.02)),
            main=True,
        ),
        Panel(
            Line("share", "whole", label="as released", tone="accent"),
            Line("share", "beyond", label="beyond the edge only"),
            Points("real", "real_height", label="72 trained heads", tone="muted", size=5),
            title="What one row is charged",
            x=Axis("entropy / log n", (0, 1)),
            y=Axis("penalty / (log n)²", (-0.02, 0.5)),
        ),
    ],
    readouts=[
        Readout("stuck", "heads left well outside", "of 14", digits=0),
        Readout("real_outside", "trained heads outside the band", "of 72", digits=0),
    ],
    depends={
        ("sharpness", "entropy", "before", "before_entropy", "ends"): (),
        ("share", "real", "real_height"): (),
        ("low", "high", "beyond", "whole", "real_outside"): ("target", "tolerance"),
    },
    caption="""Each dot is a head of causal rows over 24 keys, pulled to the sharpness it began
    with and charged for its entropy. Raise the weight: moderately even and sharp heads move towards
    the band first, but one that has collapsed stays where it is, since a row of one key has hardly
    a slope to climb; it takes a weight of 30. Then let log n count the whole context: short rows
    can't reach the target, and the heads end higher.""",
    alt="""Left, entropy over its largest value against the sharpness a head began with: a falling
    curve with the heads left alone, a shaded band, and the heads after the charge. Right, two
    penalties of one row against its entropy, one continuous and one with a jump at the band's
    edges, above seventy-two dots of trained heads.""",
)
