"""What the page on Flowformer claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.linear_time.flowformer.attention import competition, flow_weights
from attnkit.linear_time.flowformer.causal import causal_conserved_flows, causal_flow_attention
from attnkit.linear_time.flowformer.flows import conserved_flows
from attnkit.linear_time.flowformer.recorded import real_flows, real_rows

__all__ = [
    "causal_drift",
    "clamp_cuts_half",
    "drifting",
    "means_are_exact",
    "normal_tokens",
    "real_clamp",
    "strongest_over_weakest",
]

WIDTH = 16


def normal_tokens(n_sinks: int, n_sources: int, gain: float, *, seed: int) -> tuple[Tensor, Tensor]:
    """Queries and keys of width 16 whose entries have the gain for a standard deviation."""
    generator = torch.Generator().manual_seed(seed)
    drawn = [
        gain * torch.randn(n, WIDTH, generator=generator, dtype=torch.float64)
        for n in (n_sinks, n_sources)
    ]
    return drawn[0], drawn[1]


@claim(
    "flow-means-are-exact",
    source="Wu et al. 2022 for the conservation; means and eps derived here",
    computes=conserved_flows,
)
def means_are_exact() -> dict[str, float]:
    """Mean flow out of a source less one, with no eps and with the authors', at width 16."""
    found = {}
    for n, gain in ((16, 0.5), (64, 1.0), (256, 5.0)):
        tokens = normal_tokens(n, n, gain, seed=0)
        for eps in (0.0, 1e-6):
            mean = conserved_flows(*tokens, eps=eps).conserved_outgoing.mean()
            found[f"n = {n}, gain {gain}, eps {eps}"] = float(mean - 1)
    return found


@claim("flow-clamp-cuts-half", source="Derived here, of the authors' code", computes=flow_weights)
def clamp_cuts_half() -> dict[str, float]:
    """Share of 256 sources above the clamp, and strongest over weakest without and with it."""
    found = {}
    for n_sinks in (64, 256, 1024):
        outgoing = conserved_flows(*normal_tokens(n_sinks, 256, 2.0, seed=0)).conserved_outgoing
        named = f"{n_sinks} sinks"
        found[f"{named}, clipped"] = float((outgoing > 1).double().mean())
        found[f"{named}, ratio"] = strongest_over_weakest(outgoing, None)
        found[f"{named}, ratio, clamped"] = strongest_over_weakest(outgoing, 1.0)
    return found


def strongest_over_weakest(outgoing: Tensor, clamp: float | None) -> float:
    """How much more the strongest source (key,) gets of the competition than the weakest."""
    shares = competition(outgoing, clamp)
    return float(shares.max() / shares.min())


@claim(
    "causal-flow-drifts",
    source="Derived here, of the authors' code",
    computes=causal_flow_attention,
)
def causal_drift() -> dict[str, float]:
    """Mean flow so far, share clipped, and correlation with the true flow, by the tokens' drift."""
    return {
        f"drift {drift:g}, {name}": number
        for drift in (0.0, 2.0, -2.0)
        for name, number in drifting(drift, seed=0).items()
    }


def drifting(drift: float, *, seed: int, n: int = 256) -> dict[str, float]:
    """Tokens whose mean goes from minus the drift to the drift: flows so far beside true ones."""
    queries, keys = normal_tokens(n, n, 1.0, seed=seed)
    moved = torch.linspace(-drift, drift, n, dtype=torch.float64)[:, None]
    queries, keys = queries + moved, keys + moved
    so_far = causal_conserved_flows(queries, keys).conserved_outgoing
    pipes = (queries.sigmoid() @ keys.sigmoid().mT).tril()
    true = (pipes / pipes.sum(-1, keepdim=True)).sum(-2)
    alike = torch.corrcoef(torch.stack([so_far, true]))[0, 1]
    clipped = (so_far > 1).double().mean()
    numbers = {"mean": so_far.mean(), "true mean": true.mean(), "clipped": clipped, "alike": alike}
    return {name: float(number) for name, number in numbers.items()}


@claim("flow-on-real-heads", source="Measured here on one six-layer encoder", computes=flow_weights)
def real_clamp() -> dict[str, float]:
    """Recorded: means over heads of what is clipped and competes, and over passages of the rows."""
    found = {name: float(heads.mean()) for name, heads in real_flows().items()}
    return found | {f"{name}, KL": float(row["divergence"][0]) for name, row in real_rows().items()}
