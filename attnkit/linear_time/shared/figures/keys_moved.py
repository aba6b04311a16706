"""Divergence from a trained encoder's rows against the size of the state, while keys are moved."""

from functools import cache

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.linear_time.shared.plain_maps import BOTH, KEY, state_of
from attnkit.linear_time.shared.recorded import maps_by_passage, moved

__all__ = ["KEYS_MOVED", "SHARES"]

SHARES = (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
WIDTH = 32
FAMILIES = {
    "taylor": ("Taylor 2", "Taylor 4", "Taylor 8"),
    "favor": ("FAVOR+ 64", "FAVOR+ 256"),
    "fixed": ("ELU + 1", "ReLU"),
}
DRAWN = {
    "elu": ("ELU + 1", "muted", False),
    "relu": ("ReLU", "muted", True),
    "second": ("Taylor 2", "density", False),
    "fourth": ("Taylor 4", "density", True),
    "random": ("FAVOR+ 256", "value", False),
}


@cache
def scans(along: str) -> dict[str, np.ndarray]:
    """Mean divergence (share,) of every map over passages."""
    return {name: table.mean(0) for name, table in moved(along).items()}


def at(along: str, name: str, share: float) -> float:
    """Between two recorded shares by a straight line."""
    return float(np.interp(share, SHARES, scans(along)[name]))


def compute(share: float, along: str) -> Values:
    """Every map at its state and divergence; divergence of some against the share."""
    values: Values = {"share": float(share), "shares": np.array(SHARES)}
    for family, names in FAMILIES.items():
        values[f"{family}_state"] = np.array([float(state_of(name, WIDTH)) for name in names])
        values[f"{family}_kl"] = np.array([at(along, name, share) for name in names])
    values |= {key: scans(along)[name] for key, (name, *_) in DRAWN.items()}
    values["uniform"] = float(maps_by_passage("raw")["uniform"].mean())
    values |= {"best_taylor": best(along, "Taylor 2"), "best_favor": best(along, "FAVOR+ 256")}
    return values


def best(along: str, name: str) -> float:
    """The recorded share with the least mean divergence."""
    return SHARES[int(scans(along)[name].argmin())]


KEYS_MOVED = Explorable(
    name="keys-moved",
    title="Find the shift that softmax does not see",
    compute=compute,
    controls=[
        Slider(
            "share",
            "share λ",
            grid=SHARES,
            default=0.0,
            step=0.05,
            meaning="what every key loses of the vector",
        ),
        Choice("along", "of", (KEY, BOTH), meaning="a vector of each head's own, by passage"),
    ],
    panels=[
        Panel(
            Line("taylor_state", "taylor_kl", tone="density", width=1.2),
            Line("favor_state", "favor_kl", tone="value", width=1.2),
            Points("favor_state", "favor_kl", tone="value", size=9, names=FAMILIES["favor"]),
            Points("fixed_state", "fixed_kl", tone="muted", size=9, names=FAMILIES["fixed"]),
            Points("taylor_state", "taylor_kl", tone="density", size=9, names=FAMILIES["taylor"]),
            Rule("uniform", axis="y", label="equal weights", tone="muted"),
            x=Axis("features, the rows of the state", (1, 1e10), log=True),
            y=Axis("mean KL in nats", (0, 4)),
            main=True,
        ),
        Panel(
            *(
                Line("shares", key, label=label, tone=tone, dash=dash)
                for key, (label, tone, dash) in DRAWN.items()
            ),
            Rule("share", tone="accent"),
            x=Axis("share λ", (-0.5, 1.5)),
            y=Axis("mean KL in nats", (0, 4)),
        ),
    ],
    readouts=[
        Readout("best_taylor", "best recorded λ, Taylor 2"),
        Readout("best_favor", "best recorded λ, FAVOR+ 256"),
    ],
    depends={
        "share": ("share",),
        ("shares", "uniform", "taylor_state", "favor_state", "fixed_state"): (),
        tuple(DRAWN): ("along",),
        ("best_taylor", "best_favor"): ("along",),
    },
    caption="""Seventy-two heads, thirty passages; softmax itself lies at zero for every λ. Take the
    mean key off: the Taylor orders come down, FAVOR+ goes up. Then take both means off: FAVOR+
    comes down, and the Taylor orders rise above equal weights. ELU + 1 hardly moves: it sees so
    little. Left, what an order costs: at order four more features than any passage has tokens.""",
    alt="""Left, named dots of divergence against the number of features on a logarithmic axis, with
    a line for equal weights; right, divergence of five maps against the share of a vector that all
    keys have lost, with a line at the chosen share.""",
)
