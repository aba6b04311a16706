"""Every row of seventy-two trained heads: its norm, its entropy, and the least it could have."""

import torch
from torch import Tensor

from attnkit.concentration.sigma_reparam.rows import centred_norm, norm_ceiling
from attnkit.diagnostics import entropy, entropy_bound
from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["REAL_ROWS"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Means over the queries of one passage, seventy-two numbers each, layer after layer."""
    found = capture(real().model, passage(case))
    scores = found.scores.double()
    n = scores.shape[-1]
    norms, entropies = centred_norm(scores), entropy(scores.softmax(-1))
    bounds = entropy_bound(norms, n)
    slack = entropies - bounds
    return {
        "n": n,
        "rows": slack.numel(),
        "violations": int((slack < -1e-9).sum()),
        "least_slack": slack.min().item(),
        "norm": rounded(norms.mean(-1).flatten()),
        "entropy": rounded(entropies.mean(-1).flatten()),
        "bound": rounded(bounds.mean(-1).flatten()),
        "ceiling": rounded(ceilings(found.hidden)) if case["passage"] == 9 else None,
    }


def ceilings(hidden: Tensor) -> Tensor:
    """What the spectral norms of weights and tokens allow, for every head (head,)."""
    layers = [layer.attention.self for layer in real().model.encoder.layer]
    found = []
    for layer, states in zip(layers, hidden[:-1], strict=True):
        tokens = torch.cat([states, torch.ones_like(states[:, :1])], -1)  # the last is the bias's
        queries, keys = (_by_head(part) for part in (layer.query, layer.key))
        scale = queries.shape[-1] ** -0.5
        found += [norm_ceiling(scale * q, k, tokens) for q, k in zip(queries, keys, strict=True)]
    return torch.stack(found)


def _by_head(part: torch.nn.Linear) -> Tensor:
    """A layer's map of tokens with a one at their end, (head, feature, width)."""
    whole = torch.cat([part.weight, part.bias.unsqueeze(-1)], -1).detach()
    n_heads = real().model.config.num_attention_heads
    return whole.unflatten(0, (n_heads, -1)).mT


REAL_ROWS = Experiment(
    name="concentration-real-rows",
    title="Norm, entropy and least entropy of the rows of seventy-two trained heads",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
