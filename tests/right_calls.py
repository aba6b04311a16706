"""Right calls of the diagnostics and of what runs experiments and reads data."""

from concurrent.futures import ThreadPoolExecutor

import torch

from attnkit import claims, data, diagnostics, experiments
from tests.fuzz import Call

NOT_FINITE = {"nan", "inf", "minus inf"}
SHARES = {
    "weights": NOT_FINITE | {"huge", "tiny", "zero", "negated", "longer", "empty", "length one"},
    "dim": {"zero"},
}

ZEROS = {"matrix": {"empty", "zero"}}


def weights():
    return {"weights": torch.softmax(torch.randn(3, 5), -1), "dim": -1}


def area(case, *, seed, device):
    return {"area": float(case["width"] + seed)}


def declared():
    return {
        "name": "areas",
        "title": "Areas",
        "source": "derived here",
        "cases": {"quick": [{"width": 3}]},
        "seeds": {"quick": 2},
        "run": area,
    }


def heads():
    return {"weights": torch.rand(3, 5, 5).softmax(-1)}


def states():
    return {"states": torch.randn(3, 5, 7)}


def run():
    asked = {"scale": "quick", "seeds": 1, "device": "cpu", "folder": None}
    asked["executor"] = ThreadPoolExecutor(1)
    return {"experiment": experiments.Experiment(**declared())} | asked


def stated():
    return {"name": "one-hot", "source": "derived here", "computes": diagnostics.entropy}


CALLS = [
    # NaN where a row is no density, with `undefined` for the reason: documented.
    Call(diagnostics.entropy, weights, means=SHARES),
    Call(diagnostics.effective_number, weights, means=SHARES),
    Call(diagnostics.normalised_entropy, weights, means=SHARES),
    Call(diagnostics.top_mass_curve, weights, means=SHARES),
    Call(diagnostics.row_sum, weights, means={"weights": NOT_FINITE}),
    Call(diagnostics.support_size, weights, means={"weights": NOT_FINITE}),
    Call(diagnostics.negative_share, weights, means={"weights": NOT_FINITE | {"empty"}}),
    Call(diagnostics.undefined, weights, means={"weights": NOT_FINITE}),
    Call(diagnostics.sink_share, heads, means={"weights": NOT_FINITE}),
    Call(diagnostics.sink_rate, heads, means={"weights": NOT_FINITE}),
    Call(diagnostics.local_focus, heads, means={"weights": SHARES["weights"]}),
    Call(diagnostics.rank_residual, states, means={"states": {"empty", "zero"}}),
    Call(diagnostics.stable_rank, lambda: {"matrix": torch.randn(3, 5, 7)}, means=ZEROS),
    Call(diagnostics.entropy_bound, lambda: {"norms": torch.rand(3, 5), "n_keys": 7}),
    # What an experiment or a claim is called and says is free text.
    Call(experiments.Experiment, declared, means={"title": {"nonsense"}, "source": {"nonsense"}}),
    Call(experiments.run, run, means={"seeds": {"none"}, "executor": {"none"}}),
    Call(experiments.ProcessPool, lambda: {"workers": 2}),  # which starts none before it is asked
    Call(experiments.global_seed, lambda: {"seed": 3}),
    Call(claims.claim, stated, means={"source": {"nonsense"}}),
    Call(
        claims.Claim,
        lambda: stated() | {"function": dict},
        means={"name": {"nonsense"}, "source": {"nonsense"}},
    ),
    Call(experiments.find, lambda: {"name": "icl-length"}),
    Call(experiments.load, lambda: {"name": "icl-length"}),
    Call(data.uwave, lambda: {"path": "none.npz"}),
    Call(data.ford_a, lambda: {"folder": "none", "download": False}),
    Call(data.heartbeats, lambda: {"folder": "none", "download": False}),
]
