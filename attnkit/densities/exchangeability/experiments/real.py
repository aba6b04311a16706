"""Keys of a trained encoder: how far their scores are from a Gaussian kernel, and few of them."""

import math

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["EXCHANGEABILITY_REAL", "SHARES"]

SHARES = (0.125, 0.25, 0.5)
"""Parts of the keys that are read in place of all of them."""

N_DRAWS = 16


def error_of(share: float, read, generator: torch.Generator) -> Tensor:
    """Squared error (layer, head) of read-outs from some keys drawn, over the values' variance."""
    whole, n = read.weights @ read.values, read.keys.shape[-2]
    total = torch.zeros(whole.shape[:2])
    for _ in range(N_DRAWS):
        chosen = torch.randperm(n, generator=generator)[: max(round(share * n), 1)]
        rows = read.scores[..., chosen].softmax(-1)
        total += (rows @ read.values[..., chosen, :] - whole).square().sum(-1).mean(-1)
    spread = (read.values - read.values.mean(-2, keepdim=True)).square().sum(-1).mean(-1)
    return total / N_DRAWS / spread


def run(case: dict, *, seed: int, device: str) -> dict:
    """For every head the divergence of softmax's rows from the kernel's, and errors of parts."""
    generator = torch.Generator().manual_seed(case["passage"])
    with torch.no_grad():
        read = capture(real().model, passage(case))
        norms = read.keys.square().sum(-1) / (2 * math.sqrt(read.keys.shape[-1]))
        kernel = (read.scores - norms[..., None, :]).log_softmax(-1)
        log_rows = read.scores.log_softmax(-1)
        apart = (read.weights * (log_rows - kernel)).sum(-1).mean(-1)
        flat = (read.weights * (log_rows + math.log(kernel.shape[-1]))).sum(-1).mean(-1)
        errors = {f"{share:g}": error_of(share, read, generator) for share in SHARES}
    return {
        "n": read.keys.shape[-2],
        "from kernel": rounded(apart.flatten(), 3),
        "from uniform": rounded(flat.flatten(), 3),
        "spread of norm term": rounded(norms.std(-1).flatten(), 3),
        "spread of scores": rounded(read.scores.std(-1).mean(-1).flatten(), 3),
        "errors": {share: rounded(each.flatten(), 3) for share, each in errors.items()},
    }


EXCHANGEABILITY_REAL = Experiment(
    name="densities-exchangeability-real",
    title="How far seventy-two heads are from a Gaussian kernel, and what some of the keys tell",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
