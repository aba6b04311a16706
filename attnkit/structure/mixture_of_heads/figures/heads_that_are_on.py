"""Which heads each token hears, how loads spread over heads, and what fewer heads cost for real."""

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Heat, Line, Points, Rule
from attnkit.explore.presets import one_point
from attnkit.structure.mixture_of_heads.experiments import KEPT
from attnkit.structure.mixture_of_heads.gates import balance_loss, head_gates
from attnkit.structure.mixture_of_heads.recorded import moved

__all__ = ["HEADS_THAT_ARE_ON"]

N_HEADS, N_TOKENS = 12, 24
WAYS = tuple(moved())


def _scores(n_shared: int, sharp: float, taste: float) -> list[torch.Tensor]:
    """Router scores of every token: a part of its own, and a part that all tokens share."""
    generator = torch.Generator().manual_seed(2)
    own = torch.randn(N_TOKENS, N_HEADS, generator=generator, dtype=torch.float64)
    common = torch.randn(N_HEADS, generator=generator, dtype=torch.float64)
    scores = sharp * ((1 - taste) * own + taste * common)
    sides = torch.zeros(N_TOKENS, 2, dtype=torch.float64)
    return [scores[:, :n_shared], scores[:, n_shared:], sides]


def compute(n_on: float, n_shared: float, sharp: float, taste: float, way: str) -> Values:
    """Gates (token, head), the share of tokens that hear each head, and recorded costs."""
    shared, routed, sides = _scores(int(n_shared), sharp, taste)
    n_active = max(int(n_on - n_shared), 0)
    gates = head_gates(shared, routed, sides, n_active=n_active)
    cost = moved()[way].mean(0)
    on = [12, *KEPT]
    return {
        "gates": gates.T.numpy().round(3),
        "head": np.arange(1.0, N_HEADS + 1),
        "token": np.arange(1.0, N_TOKENS + 1),
        "load": (gates > 0).double().mean(0).numpy(),
        "even": n_active / routed.shape[-1],
        "on": np.array(on, dtype=float),
        "cost": np.array([0.0, *cost]),
        "chance": np.array([0.0, *moved()["chance"].mean(0)]),
        "on_now": n_on,
        "cost_now": float(np.interp(-n_on, [-x for x in on], [0.0, *cost])),
        "total": gates.sum(-1).mean().item(),
        "balance": balance_loss(routed, n_active).item(),
        "even_balance": float(n_active),
    }


HEADS_THAT_ARE_ON = Explorable(
    name="heads-that-are-on",
    title="Which heads does each token hear?",
    compute=compute,
    controls=[
        Steps("n_on", "heads on", (3, 6, 9, 12), default=6, meaning="heads that a token hears"),
        Steps("n_shared", "of them shared", (0, 1, 2, 3), default=2, meaning="always on"),
        Slider("sharp", "router", low=0.5, high=3.0, default=1.5, step=0.5, meaning="its spread"),
        Slider(
            "taste",
            "common taste",
            stops=(0.0, 0.5, 0.8, 1.0),
            default=0.5,
            step=0.1,
            meaning="how far all tokens want the same heads",
        ),
        Choice("way", "chosen by", WAYS, default="added", meaning="in the trained encoder"),
    ],
    panels=[
        Panel(
            Heat("gates", x="token", y="head", label="gate"),
            x=Axis("token", (0.5, N_TOKENS + 0.5)),
            y=Axis("head", (N_HEADS + 0.5, 0.5)),
            title="Gates",
            main=True,
        ),
        Panel(
            Rule("even", axis="y", tone="muted", label="even"),
            Bars("head", "load", tone="density"),
            x=Axis("head", (0.4, N_HEADS + 0.6)),
            y=Axis("share of tokens", (0, 1.05)),
            title="Who hears it",
        ),
        Panel(
            Line("on", "chance", label="by chance", tone="muted", dash=True),
            Line("on", "cost", label="chosen", tone="value"),
            Points(one_point("on_now"), one_point("cost_now"), tone="accent", size=9),
            x=Axis("heads on", (12.3, 2.7)),
            y=Axis("1 − cosine", (0, 0.4)),
            title="A trained encoder, untrained for it",
        ),
    ],
    readouts=[
        Readout("total", "sum of a token's gates"),
        Readout("balance", "balance loss"),
        Readout("even_balance", "even: k", digits=0),
        Readout("cost_now", "1 − cosine of the embedding"),
    ],
    depends={
        ("head", "token", "on", "chance"): (),
        ("gates", "load", "total", "balance"): ("n_on", "n_shared", "sharp", "taste"),
        ("even", "even_balance"): ("n_on", "n_shared"),
        "cost": ("way",),
        "on_now": ("n_on",),
        "cost_now": ("n_on", "way"),
    },
    caption="""First, 24 tokens and 12 heads, the shared ones on top, scores of the router drawn.
    Turn all 12 on and the router down: every gate comes near one. Let all tokens have the same
    taste: the same heads win everywhere, the rest idle, and the balance loss rises above k, its
    even value. Last, each token of a real encoder hears only the heads chosen for it: by the length
    of what a head reads (output), or of what it adds to the token (added), then by the query, which
    is worse than chance, then once for all tokens.""",
    alt="""First, a heat map of gates by token and head; then bars of the share of tokens that
    hear each head; last, how far the embedding of a trained encoder moves against the number of
    heads that are on, for the chosen way and by chance.""",
)
