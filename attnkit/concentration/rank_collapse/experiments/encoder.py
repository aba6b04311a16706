"""The layers of one trained encoder with parts of them left out: what keeps its tokens apart?"""

import torch
from torch import Tensor, nn

from attnkit.diagnostics import rank_residual
from attnkit.experiments import Experiment
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["ABLATION", "ablated"]

KEPT = {
    "attention": (),
    "+ LayerNorm": ("norm",),
    "+ residual": ("residual",),
    "+ residual, LayerNorm": ("residual", "norm"),
    "+ feed-forward": ("feed",),
    "+ residual, feed-forward": ("residual", "feed"),
    "all": ("residual", "norm", "feed"),
}


def attend(layer: nn.Module, states: Tensor, n_heads: int) -> Tensor:
    """What the heads of a layer read, through its output matrix: (token, width) to the same."""
    own = layer.attention.self
    queries, keys, values = (
        part(states).unflatten(-1, (n_heads, -1)).transpose(0, 1)
        for part in (own.query, own.key, own.value)
    )
    weights = (queries @ keys.mT / queries.shape[-1] ** 0.5).softmax(-1)
    return layer.attention.output.dense((weights @ values).transpose(0, 1).flatten(1))


def feed(layer: nn.Module, states: Tensor) -> Tensor:
    """The feed-forward part of a layer."""
    return layer.output.dense(layer.intermediate(states))


def ablated(model: nn.Module, states: Tensor, kept: tuple[str, ...], rounds: int = 1) -> Tensor:
    """States (depth + 1, token, width) with only these parts beside attention.

    The stack is passed `rounds` times, with the same weights.
    """
    seen = [states]
    for layer in [*model.encoder.layer] * rounds:
        now = seen[-1]
        parts = [
            (lambda x, at=layer: attend(at, x, model.config.num_attention_heads), layer.attention)
        ]
        if "feed" in kept:
            parts.append((lambda x, at=layer: feed(at, x), layer))
        for part, around in parts:
            after = part(now)
            now = now + after if "residual" in kept else after
            now = around.output.LayerNorm(now) if "norm" in kept else now
        seen.append(now)
    return torch.stack(seen)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Rank residuals of one passage, layer by layer, for each choice of parts."""
    model, tokens = real().model, passage(case)
    with torch.no_grad():
        start = model.embeddings(tokens[None])[0]
        found = {name: ablated(model, start, kept) for name, kept in KEPT.items()}
        found |= {"all, six times": ablated(model, start, KEPT["all"], rounds=6)[::6]}
    left = {name: rank_residual(states.double()) for name, states in found.items()}
    return {"n": len(tokens)} | {name: rounded(each) for name, each in left.items()}


ABLATION = Experiment(
    name="concentration-encoder-ablation",
    title="Rank residual in one trained encoder, with parts of its layers left out",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
