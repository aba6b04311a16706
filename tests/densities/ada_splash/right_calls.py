"""Right calls of AdaSplash's parts, for `tests.fuzz`."""

import torch

from attnkit.densities import ada_splash
from tests.fuzz import Call

MINUS = {"minus inf"}


def heights():
    return ada_splash.scaled(torch.randn(3, 7, generator=torch.Generator().manual_seed(0)), 1.5)


def given():
    bracket = ada_splash.wide_bracket(heights(), 1.5)
    return {
        "rule": ada_splash.halley,
        "heights": heights(),
        "alpha": 1.5,
        "bracket": bracket,
        "start": bracket.middle,
    }


def attended():
    generator = torch.Generator().manual_seed(0)
    rows = {"queries": (2, 3, 5), "keys": (2, 7, 5), "values": (2, 7, 11)}
    drawn = {name: torch.randn(*shape, generator=generator) for name, shape in rows.items()}
    return drawn | {"alpha": 1.5, "mask": torch.rand(2, 1, 7, generator=generator) > 0.3}


CALLS = [
    Call(ada_splash.entmax_attention, attended, means={"mask": {"none"}}),
    Call(ada_splash.causal_entmax_attention, attended, means={"mask": {"none"}}),
    # A score or height of -inf is that of a masked key: documented.
    Call(
        ada_splash.scaled,
        lambda: {"scores": torch.randn(3, 7), "alpha": 1.5},
        means={"scores": MINUS},
    ),
    Call(
        ada_splash.wide_bracket,
        lambda: {"heights": heights(), "alpha": 1.5},
        means={"heights": MINUS},
    ),
    Call(
        ada_splash.histogram_bracket,
        lambda: {"heights": heights(), "alpha": 1.5, "n_bins": 4},
        means={"heights": MINUS},
    ),
    Call(ada_splash.thresholds, lambda: {**given(), "n_passes": 3}, means={"heights": MINUS}),
    Call(
        ada_splash.passes,
        lambda: {**given(), "tolerance": 1e-5, "most": 20},
        means={"heights": MINUS},
    ),
    Call(
        ada_splash.ada_splash_weights,
        lambda: {"scores": torch.randn(3, 7), "alpha": 1.5, "n_bins": 4, "n_passes": 3},
        means={"scores": MINUS},
    ),
]
