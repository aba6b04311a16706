"""What depth buys a memory, and what chunks do to the keys of a trained encoder."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.memory.shared.tuning import best_inside
from attnkit.memory.shared.unit_vectors import seeded, unit_vectors
from attnkit.memory.titans.chunkwise import neural_memory
from attnkit.memory.titans.network import deep_memory, read_memory
from attnkit.memory.titans.state import at_rest
from attnkit.trained import capture, encoder, passages

__all__ = ["TITANS_DEPTH", "TITANS_ENCODER"]

D, ROWS = 16, 5
RATES = (
    *(0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008),
    *(0.01, 0.015, 0.02, 0.03, 0.045, 0.07, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5),
)
HIDDEN = (0, 16, 256)
CHUNKS = (1, 4, 16, 64, 65536)
LEAST = 64  # tokens of a passage that is long enough for a chunk of 64


def first(hidden: int, chance: torch.Generator) -> tuple[Tensor, ...]:
    """A linear memory of zeros for no hidden units, else layers that begin small."""
    if not hidden:
        return (torch.zeros(D, D, dtype=torch.float64),)
    inner, outer = deep_memory(D, hidden, D, generator=chance)
    return math.sqrt(D) * inner, 0.3 * outer


def stream(task: str, n: int, seed: int) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Pairs (row, time, ·) to store, and those to ask for: the same, or the rule at new keys."""
    chance = seeded(seed)
    keys, asked = (unit_vectors(ROWS, n, D, generator=chance) for _ in range(2))
    if task == "pairs":
        pairs = keys, unit_vectors(ROWS, n, D, generator=chance)
        return pairs, pairs
    inner, outer = deep_memory(D, 4 * D, D, generator=chance)
    teacher = tuple(w.expand(ROWS, -1, -1) for w in (4 * math.sqrt(D) * inner, outer))
    return (keys, read_memory(keys, teacher)), (asked, read_memory(asked, teacher))


def read_error(case: dict, rate: float, seed: int) -> Tensor:
    """Squared error over the values' variance after one pass (row,); infinite if one diverges."""
    (keys, values), (asked, wanted) = stream(case["task"], case["n"], seed)
    gate = torch.full_like(keys[..., 0], rate)
    weights = first(case["hidden"], seeded(seed + 500))
    state = at_rest(tuple(w.expand(ROWS, -1, -1) for w in weights))
    gates = {"momentum": 0 * gate, "forgetting": 0 * gate, "initial_state": state}
    try:
        _, state = neural_memory(keys, keys, values, gate, **gates, chunk_size=1)
    except ValueError:
        return torch.full((ROWS,), math.inf)
    spread = (wanted - wanted.mean(1, keepdim=True)).square().sum((1, 2))
    return (read_memory(asked, state.memory) - wanted).square().sum((1, 2)) / spread


def run_depth(case: dict, *, seed: int, device: str) -> dict:
    """The rate that reads best of other streams, and what it reads of these."""
    tried = {rate: read_error(case, rate, seed + 1000).mean().item() for rate in RATES}
    rate = best_inside(tried)
    return {"rate": rate, "error": [round(e, 5) for e in read_error(case, rate, seed).tolist()]}


def run_encoder(case: dict, *, seed: int, device: str) -> dict:
    """Store each head's keys and values, and ask for them: mean cosine and error of all heads."""
    reader, cosines, errors = encoder(), [], []
    texts = [t for t in passages() if len(reader.tokens(t)) >= LEAST]
    for text in texts[: case["n_passages"]]:
        captured = capture(reader.model, reader.tokens(text))
        keys, values = F.normalize(captured.keys.double(), dim=-1), captured.values.double()
        gate = torch.full_like(keys[..., 0], case["rate"])
        gates = {"momentum": 0 * gate, "forgetting": 0 * gate}
        _, state = neural_memory(keys, keys, values, gate, **gates, chunk_size=case["chunk_size"])
        read = keys @ state.memory[0]
        cosines.append(F.cosine_similarity(read, values, dim=-1).mean(-1).flatten())
        error = (read - values).square().sum((-2, -1)) / values.square().sum((-2, -1))
        errors.append(error.sqrt().flatten())
    cosine, error = torch.stack(cosines).mean(0), torch.stack(errors).mean(0)
    return {
        "cosine": round(cosine.mean().item(), 4),
        "error": [
            float(f"{e:.4g}") for e in error.quantile(torch.tensor([0.0, 0.5, 1.0]).double())
        ],
        "heads above one": int((error > 1).sum()),
    }


def _depths(n: int, n_pairs: int) -> list[dict]:
    sizes = {"pairs": n_pairs, "teacher": n}
    return [{"task": t, "n": sizes[t], "hidden": h} for t in sizes for h in HIDDEN]


def _encoders(n_passages: int) -> list[dict]:
    return [
        {"rate": rate, "chunk_size": size, "n_passages": n_passages}
        for rate in (1.0, 0.3, 0.1)
        for size in CHUNKS
    ]


TITANS_DEPTH = Experiment(
    name="memory-titans-depth",
    title="What depth buys a memory that starts untrained",
    source="Behrouz et al. 2024, arXiv:2501.00663, who train where it starts; this toy is ours",
    cases={"quick": _depths(50, 7), "full": _depths(800, 32)},
    seeds={"quick": 1, "full": 1},
    run=run_depth,
)

TITANS_ENCODER = Experiment(
    name="memory-titans-encoder",
    title="Keys of one six-layer encoder, stored in chunks",
    source="Derived here, for the chunks of Behrouz et al. 2024, arXiv:2501.00663",
    cases={"quick": _encoders(1), "full": _encoders(8)},
    seeds={"quick": 1, "full": 1},
    run=run_encoder,
)
