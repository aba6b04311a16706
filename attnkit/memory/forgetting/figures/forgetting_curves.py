"""What is left of a pair as newer pairs arrive."""

import functools

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.memory import theory
from attnkit.memory.forgetting.recorded import measured_snr

__all__ = ["FORGETTING_CURVES"]

N_PAIRS = 256
AGES = sorted({min(round(2 ** (i / 4)) - 1, N_PAIRS - 1) for i in range(33)})
MEASURED_AT = 64
MEASURED = {"age": "age", "hebb": "hebb", "decaying": "decaying", "slow": "slow-delta"}
SHOWN = (1e-3, 1e3)


@functools.cache
def _delta_snr(d_key: int, rate: float) -> np.ndarray:
    return theory.delta_snr(N_PAIRS, d_key, rate).numpy()


def compute(d_key: float, rate: float, served_age: float) -> Values:
    """Signal-to-noise ratio by age for Hebb, the best decay for one age, and the delta rule."""
    d_key, served_age = int(d_key), int(served_age)
    retention = theory.best_retention(served_age)
    delta = _delta_snr(d_key, rate)
    decaying = [theory.decaying_snr(age, N_PAIRS, d_key, retention) for age in AGES]
    recorded = {
        f"measured_{name}": measured_snr()[rule] * (1.0 if d_key == MEASURED_AT else np.nan)
        for name, rule in MEASURED.items()
    }
    return {
        "age": np.array(AGES) + 1.0,
        "hebb": np.full(len(AGES), theory.retrieval_snr(N_PAIRS, d_key)),
        "decaying": np.clip(decaying, *SHOWN),
        "delta": np.clip(delta[AGES], *SHOWN),
        "retention": retention,
        "decaying_there": theory.best_snr(served_age, d_key),
        "delta_there": float(delta[served_age]),
        "age_line": served_age + 1.0,
        **recorded,
    }


FORGETTING_CURVES = Explorable(
    name="forgetting-curves",
    title="What is left of a pair",
    compute=compute,
    controls=[
        Steps("d_key", "key width d", (32, 64, 128), default=64, meaning="dimensions of a key"),
        Slider(
            "rate",
            "rate of the delta rule",
            low=0.1,
            high=1.5,
            default=0.5,
            step=0.05,
            meaning="share of each error that is written",
        ),
        Steps(
            "served_age",
            "age the decay serves",
            (4, 8, 16, 32, 64, 128),
            default=16,
            meaning="the decay is √(m/(m + 1)) for this age m, in writes",
        ),
    ],
    panels=[
        Panel(
            Rule("age_line", tone="muted"),
            Line("age", "hebb", label="Hebb", tone="muted"),
            Line("age", "decaying", label="Hebb with decay", tone="value"),
            Line("age", "delta", label="delta rule"),
            Points("measured_age", "measured_hebb", tone="muted"),
            Points("measured_age", "measured_decaying", tone="value"),
            Points("measured_age", "measured_slow", tone="density"),
            x=Axis("age in writes (newest: 1)", (1, N_PAIRS), log=True),
            y=Axis("signal / noise", (1e-3, 1e2), log=True),
        )
    ],
    readouts=[
        Readout("retention", "decay per write"),
        Readout("decaying_there", "decay at the served age", "S/N"),
        Readout("delta_there", "delta rule there", "S/N"),
    ],
    depends={
        "age": (),
        ("hebb", "measured_age", "measured_hebb", "measured_decaying", "measured_slow"): ("d_key",),
        ("decaying", "decaying_there"): ("d_key", "served_age"),
        "delta": ("d_key", "rate"),
        ("retention", "age_line"): ("served_age",),
    },
    tolerance=0.02,
    caption="""256 random pairs written one after another. Hebb forgets nothing and hears
    everything. Decay and error correction both buy the recent past with the distant one. Dots: the
    recorded run (d = 64; decay for age 16; delta rule at rate ½).""",
    alt="""Signal-to-noise ratio against age on logarithmic axes: level for Hebb, falling for decay
    and for the delta rule, which cross.""",
)
