"""How far Taylor rows are from the softmax rows of a trained encoder's heads, about which mean."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.memory.based.kernels import taylor_kernel
from attnkit.trained import capture, encoder, passages

__all__ = ["REAL_ROWS", "causal_rows", "distance"]

WINDOW = 16


def causal_rows(scores: Tensor) -> dict[str, Tensor]:
    """Weights (..., query, key) of what each map makes of a causal row's scores.

    The mean key so far moves all scores of a row by their own mean; each key less the mean before
    it is what a memory would keep that subtracts first.
    """
    n = scores.shape[-1]
    seen = torch.ones(n, n, dtype=torch.bool).tril()
    each = torch.arange(1, n + 1, dtype=scores.dtype)
    mean = (scores * seen).sum(-1, keepdim=True) / each[:, None]
    early = scores - scores.cumsum(-1) / each
    near = seen & ~seen.tril(-WINDOW)
    rows = {
        "uniform": torch.ones_like(scores),
        "second order": taylor_kernel(scores),
        "about the mean so far": taylor_kernel(scores - mean),
        "keys less the mean before": taylor_kernel(early),
        "Based": torch.where(near, scores.exp(), taylor_kernel(scores)),
        "Based about the mean so far": torch.where(
            near, (scores - mean).exp(), taylor_kernel(scores - mean)
        ),
    }
    return {name: _normalised(row * seen) for name, row in rows.items()}


def whole_rows(scores: Tensor) -> dict[str, Tensor]:
    """The same of rows that see every key, with all keys less their mean."""
    mean = scores.mean(-1, keepdim=True)
    rows = {
        "uniform": torch.ones_like(scores),
        "second order": taylor_kernel(scores),
        "about the mean": taylor_kernel(scores - mean),
    }
    return {name: _normalised(row) for name, row in rows.items()}


def _normalised(rows: Tensor) -> Tensor:
    return rows / rows.sum(-1, keepdim=True)


def distance(exact: Tensor, rows: Tensor) -> Tensor:
    """KL of softmax rows from others in nats, mean over queries: (layer · head,)."""
    ratio = exact.clamp_min(1e-30).log() - rows.clamp_min(1e-30).log()
    return (exact * ratio).sum(-1).mean(-1).flatten()


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each map and head the mean KL, and the share of rows whose best key it keeps."""
    passage = encoder().tokens(passages()[case["passage"]])
    scores = capture(encoder().model, passage).scores
    ahead = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
    causal = scores.masked_fill(ahead, -torch.inf).softmax(-1)
    found: dict = {"mean score": _rounded(scores.mean((-2, -1)).flatten())}
    for kind, exact, rows in (
        ("causal", causal, causal_rows(scores)),
        ("whole", scores.softmax(-1), whole_rows(scores)),
    ):
        best = {name: row.argmax(-1) == exact.argmax(-1) for name, row in rows.items()}
        found[kind] = {
            "kl": {name: _rounded(distance(exact, row)) for name, row in rows.items()},
            "best": {name: round(each.double().mean().item(), 4) for name, each in best.items()},
        }
    return found


def _rounded(numbers: Tensor) -> list[float]:
    return [round(number, 4) for number in numbers.tolist()]


REAL_ROWS = Experiment(
    name="memory-based-real",
    title="Taylor rows beside the softmax rows of a trained encoder, raw and about the mean score",
    source="measured here on all-MiniLM-L6-v2, one six-layer encoder",
    cases={
        "quick": [{"passage": i} for i in (3, 9, 14)],
        "full": [{"passage": i} for i in range(len(passages()))],
    },
    seeds={"quick": 1, "full": 1},
    run=run,
)
