"""Which alpha do two heads learn that want opposite things, with their scale fixed and free?"""

import torch

from attnkit.densities.adaptively_sparse.adaptive import AdaptiveEntmax
from attnkit.densities.adaptively_sparse.toy import WANTED, cosines, risk
from attnkit.diagnostics import support_size
from attnkit.experiments import Experiment

__all__ = ["LEARNED_ALPHA"]

SCALE = 3.0


def run(case: dict, *, seed: int, device: str) -> dict:
    """Alpha, scale, risk and mean support of both heads when training ends."""
    generator = torch.Generator().manual_seed(seed)
    layer = AdaptiveEntmax(2, start=case["start"])
    log_scale = torch.full((2,), SCALE).log().requires_grad_()
    learned = [layer.a, log_scale] if case["scale"] == "free" else [layer.a]
    optimiser = torch.optim.Adam(learned, lr=0.05)
    for _ in range(case["steps"]):
        losses = _losses(layer, log_scale, 64, generator)[0]
        optimiser.zero_grad()
        losses.sum().backward()
        optimiser.step()
    with torch.no_grad():
        losses, weights = _losses(layer, log_scale, 2000, torch.Generator().manual_seed(1000))
    found = {
        "alpha": layer.alpha,
        "scale": log_scale.exp(),
        "risk": losses,
        "support": support_size(weights).double().mean((1, 2)),
    }
    numbers = {name: [float(f"{x:.4g}") for x in each.tolist()] for name, each in found.items()}
    return {
        wanted: {name: each[i] for name, each in numbers.items()} for i, wanted in enumerate(WANTED)
    }


def _losses(layer, log_scale, n_rows, generator):
    """The risk of each head, and its weights (head, 1, row, key), of the same rows."""
    seen = cosines(n_rows, generator)
    scores = log_scale.exp()[:, None, None] * seen
    weights = layer(scores)
    each = [risk(w, seen, wanted) for w, wanted in zip(weights, WANTED, strict=True)]
    return torch.stack(each), weights[:, None]


def _cases(steps: int) -> list[dict]:
    starts = {"fixed": (1.1, 1.5, 1.9), "free": (1.1, 1.5, 1.9)}
    return [
        {"scale": scale, "start": start, "steps": steps}
        for scale, each in starts.items()
        for start in each
    ]


LEARNED_ALPHA = Experiment(
    name="densities-learned-alpha",
    title="The alphas that two heads learn, one for the best key and one for the mean",
    source="derived here; the layer is that of Correia et al. 2019",
    cases={"quick": _cases(20), "full": _cases(600)},
    seeds={"quick": 1, "full": 5},
    run=run,
)
