"""What the page on gated attention claims, measured or recorded."""

import statistics

import torch

from attnkit.claims import claim
from attnkit.densities import attention
from attnkit.experiments import load
from attnkit.normalisation.gated.gated import gated_attention

__all__ = ["gate_for_silence", "gate_is_a_sink", "sink_is_a_gate"]


def normal(*shape: int, seed: int) -> torch.Tensor:
    """Independent normal numbers."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def with_silent_key(queries, keys, values, gate) -> torch.Tensor:
    """Attention to one more key: its value is zero, its score the row's log-sum less the gate.

    The key has a feature of its own, in which each query holds the score that it wants.
    """
    d_key = queries.shape[-1]
    scores = queries @ keys.mT / d_key**0.5
    score = scores.logsumexp(-1, keepdim=True) - gate
    stretch = ((d_key + 1) / d_key) ** 0.5  # the scores are divided by the root of one feature more
    asking = torch.cat([queries * stretch, score * (d_key + 1) ** 0.5], -1)
    silent = torch.zeros_like(keys[..., :1, :])
    offered = torch.cat([keys, silent], -2)
    own = torch.zeros_like(offered[..., :1])
    own[..., -1, :] = 1.0
    padded = torch.cat([values, torch.zeros_like(values[..., :1, :])], -2)
    return attention(asking, torch.cat([offered, own], -1), padded)


@claim(
    "gate-is-a-sink",
    source="Derived here for Qiu et al. 2025, headwise gates",
    computes=gated_attention,
)
def gate_is_a_sink() -> dict[str, float]:
    """The largest difference between 500 gated readings and attention to one more, silent key."""
    tokens = [normal(100, n, 3, seed=n) for n in (5, 7)]
    values, gate = normal(100, 7, 11, seed=1), 3 * normal(100, 5, 1, seed=2)
    gated = gated_attention(*tokens, values, gate=gate)
    difference = (gated - with_silent_key(*tokens, values, gate)).abs().max().item()
    return {"largest difference": difference, "largest reading": gated.abs().max().item()}


@claim(
    "gate-for-silence",
    source="Reproduced here after Qiu et al. 2025 and Gu et al. 2024, in a toy",
    computes=gated_attention,
)
def gate_for_silence() -> dict[str, float]:
    """Means over ten seeds: the loss, and the weight of the first token where nothing is asked."""
    return {
        f"{words}, {head}, {mark}": statistics.fmean(recorded(begins, gate, name))
        for begins, mark in ((False, "without a mark"), (True, "with a mark"))
        for gate, head in ((False, "softmax"), (True, "gate"))
        for words, name in (("loss", "loss"), ("first token", "first"))
    }


def recorded(begins: bool, gate: bool, name: str) -> list[float]:
    """One number of each seed of the toy."""
    wanted = {"begins": begins, "gate": gate}
    units = load("normalisation-gated")["units"]
    return [unit["result"][name] for unit in units if wanted.items() <= unit["case"].items()]


@claim(
    "sink-is-a-gate",
    source="Measured here on one six-layer encoder, all-MiniLM-L6-v2",
    computes=gated_attention,
)
def sink_is_a_gate() -> dict[str, float]:
    """Medians over the heads whose mean mass on the first token is above 0.3."""
    heads = load("normalisation-sink-as-gate")["units"][0]["result"]
    chosen = [i for i, mass in enumerate(heads["mass"]) if mass > 0.3]
    return {"heads": len(chosen)} | {
        words: statistics.median(heads[name][i] for i in chosen)
        for words, name in (
            ("correlation of mass and length read", "correlation"),
            ("the same, of what is read of the others", "correlation_of_rest"),
            ("length read, mass above one half", "quiet"),
            ("length read, other rows", "loud"),
            ("share of it that the first token gives", "given_of_output"),
        )
    }
