"""Losses among outliers, and the errors that a trained encoder's pairs really make."""

import torch
import torch.nn.functional as F
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.memory.miras.compositions import DELTA
from attnkit.memory.miras.losses import HuberError, Loss, PowerError, SquaredError
from attnkit.memory.miras.online import online_memory
from attnkit.memory.miras.optimisers import GradientStep
from attnkit.memory.miras.outliers import clean_rate, distance, learned, stream
from attnkit.memory.miras.retentions import Decay
from attnkit.memory.miras.rule import Rule
from attnkit.memory.miras.structures import LinearMemory
from attnkit.trained import capture, encoder, passages

__all__ = ["LOSSES", "MIRAS_ENCODER", "MIRAS_OUTLIERS"]

LOSSES: dict[str, Loss] = {
    "squared": SquaredError(),
    "Huber 0.1": HuberError(0.1),
    "Huber 0.3": HuberError(0.3),
    "power 1": PowerError(1.0),
    "power 1.5": PowerError(1.5),
    "power 3": PowerError(3.0),
}
SHARES = ((0.0, 0.0), (0.1, 5.0), (0.1, 20.0), (0.3, 50.0))
ENCODER_RATES = (0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)
TAIL_RATE = 0.3  # of the delta rule whose errors are looked at
LEAST = 64


def run_outliers(case: dict, *, seed: int, device: str) -> dict:
    """Distance to the map after a stream with outliers, at the rate that a clean one chose."""
    loss = LOSSES[case["loss"]]
    rate = clean_rate(loss, n=case["n"])
    keys, values, truth = stream(case["share"], case["size"], seed=seed, n=case["n"], rows=4)
    apart = distance(learned(loss, rate, keys, values), truth).mean().item()
    return {"rate": rate, "distance": float(f"{apart:.4g}") if apart < float("inf") else None}


def run_encoder(case: dict, *, seed: int, device: str) -> dict:
    """Each head's errors as they come (the tail over the median), and what each loss recalls."""
    reader, tails, recalled = encoder(), [], []
    texts = [t for t in passages() if len(reader.tokens(t)) >= LEAST]
    for text in texts[: case["n_passages"]]:
        captured = capture(reader.model, reader.tokens(text))
        keys, values = F.normalize(captured.keys.double(), dim=-1), captured.values.double()
        if (case["loss"], case["rate"]) == ("squared", TAIL_RATE):
            tails.append(_tail(keys, values, case["rate"]).flatten())
        recalled.append(_recall(case["loss"], case["rate"], keys, values).flatten())
    found = {"cosine": round(torch.stack(recalled).mean().item(), 4)}
    if not tails:
        return found
    ends = torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64)
    tail = torch.stack(tails).mean(0).quantile(ends)
    return found | {"tail": [round(t, 3) for t in tail.tolist()]}


def _tail(keys: Tensor, values: Tensor, rate: float) -> Tensor:
    """The largest of a hundred errors over the median one, (layer, head), under the delta rule."""
    before, _ = online_memory(_shifted(keys), keys, values, _rates(keys, rate), rule=DELTA)
    errors = (values[..., 1:, :] - before[..., :-1, :]).norm(dim=-1)
    return errors.quantile(0.99, dim=-1) / errors.quantile(0.5, dim=-1)


def _shifted(keys: Tensor) -> Tensor:
    """Each token asks with the next one's key: what the memory says before it is written."""
    return torch.cat([keys[..., 1:, :], keys[..., -1:, :]], -2)


def _rates(keys: Tensor, rate: float) -> Tensor:
    return torch.full_like(keys[..., 0], rate)


def _recall(loss: str, rate: float, keys: Tensor, values: Tensor) -> Tensor:
    rule = Rule(LinearMemory(), LOSSES[loss], Decay(), GradientStep())
    try:
        _, state = online_memory(keys, keys, values, _rates(keys, rate), rule=rule)
    except ValueError:
        return torch.zeros(keys.shape[:2], dtype=keys.dtype)
    return F.cosine_similarity(keys @ state.pushed[0], values, dim=-1).mean(-1)


def _outliers(n: int) -> list[dict]:
    return [
        {"loss": loss, "share": share, "size": size, "n": n}
        for loss in LOSSES
        for share, size in SHARES
    ]


def _encoders(n_passages: int) -> list[dict]:
    return [
        {"loss": loss, "rate": rate, "n_passages": n_passages}
        for loss in LOSSES
        for rate in ENCODER_RATES
    ]


MIRAS_OUTLIERS = Experiment(
    name="memory-miras-outliers",
    title="What losses learn among outliers, their rates fixed without any",
    source="Behrouz et al. 2025, arXiv:2504.13173; this toy is ours",
    cases={"quick": _outliers(50), "full": _outliers(400)},
    seeds={"quick": 1, "full": 5},
    run=run_outliers,
)

MIRAS_ENCODER = Experiment(
    name="memory-miras-encoder",
    title="Errors of one six-layer encoder's pairs, and what losses recall of them",
    source="Ours, for the losses of Behrouz et al. 2025, arXiv:2504.13173",
    cases={"quick": _encoders(1), "full": _encoders(4)},
    seeds={"quick": 1, "full": 1},
    run=run_encoder,
)
