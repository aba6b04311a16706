"""A row with a budget: which keys are whole, which share, and which have nothing."""

import numpy as np
import torch

from attnkit.densities.budget.budget import budget_weights
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.explore.presets import alpha_slider

__all__ = ["BUDGET_OF_KEYS"]

BUDGETS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0)
ALPHAS = (1.0, 1.25, 1.5, 1.75, 2.0)
SPREADS = (0.0, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 12.0, 20.0)
N_KEYS = 12


def _row(spread: float) -> torch.Tensor:
    """So many scores as evenly as a normal density has them, the best first."""
    shares = (torch.arange(N_KEYS, dtype=torch.float64) + 0.5) / N_KEYS
    return -spread * 2**0.5 * torch.erfinv(2 * shares - 1)


def compute(budget: float, alpha: float, spread: float) -> Values:
    """Weights, their running sum, and how many keys are whole, shared and left out."""
    weights = budget_weights(_row(spread), budget, alpha)
    whole, nothing = (weights > 1 - 1e-12).sum().item(), (weights == 0).sum().item()
    return {
        "key": np.arange(1, N_KEYS + 1, dtype=float),
        "weight": weights.numpy(),
        "spent": weights.cumsum(-1).numpy(),
        "whole": whole,
        "shared": N_KEYS - whole - nothing,
        "nothing": nothing,
        "limit": float(budget),
    }


BUDGET_OF_KEYS = Explorable(
    name="budget-of-keys",
    title="A budget of keys",
    compute=compute,
    controls=[
        Slider("budget", "k", stops=BUDGETS, default=3.0, step=0.5, meaning="what a row sums to"),
        alpha_slider(ALPHAS, default=1.5, meaning="1 shares by exponentials, 2 by straight lines"),
        Slider("spread", stops=SPREADS, default=1.5, step=0.5, meaning="of the scores"),
    ],
    panels=[
        Panel(
            Bars("key", "weight", label="weight"),
            Rule(1.0, axis="y", label="no key has more", tone="muted"),
            x=Axis("key, best first", (0.3, N_KEYS + 0.7)),
            y=Axis("weight of one key", (0, 1.15)),
            main=True,
        ),
        Panel(
            Line("key", "spent", label="spent so far"),
            Points("key", "spent", tone="density", size=5),
            Rule("limit", axis="y", label="budget", tone="accent"),
            x=Axis("key, best first", (0.3, N_KEYS + 0.7)),
            y=Axis("sum of the weights", (0, 12.5)),
        ),
    ],
    readouts=[
        Readout("whole", "keys taken whole", digits=0),
        Readout("shared", "keys that share", digits=0),
        Readout("nothing", "keys left out", digits=0),
    ],
    depends={"key": (), "limit": ("budget",)},
    caption="""Raise k from 1: bars reach the line one after another and stay there, and what they
    can't take goes to the next. Widen the spread until no key shares any more: then it is the best
    k. At α = 1 no key is ever left out.""",
    alt="""Left, bars of twelve weights in falling order below a line at one; right, the running sum
    of the weights, which climbs to the budget.""",
)
