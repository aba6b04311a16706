"""Noise and accuracy after a chain of layers, over depth, width and heads."""

import torch

from attnkit.experiments import Experiment
from attnkit.memory.reliability.monte_carlo import chain_strengths, cleaned_chain

__all__ = ["RELIABILITY"]


def run_reliability(case: dict, *, seed: int, device: str) -> dict:
    """Relative noise power and item accuracy after each layer, bare and cleaned up."""
    generator = torch.Generator().manual_seed(seed)
    n_pairs, d_key, depth = case["n_pairs"], case["d_key"], case["depth"]
    layers = torch.cat(
        [
            chain_strengths(
                100, n_pairs, d_key, depth=depth, n_heads=case["n_heads"], generator=generator
            )
            for _ in range(case["hundreds"])
        ],
        1,
    )
    wanted = torch.zeros(n_pairs, dtype=torch.float64)
    wanted[0] = 1
    cleaned = cleaned_chain(
        100 * case["hundreds"], n_pairs, d_key, depth=depth, generator=generator
    )
    return {
        "noise": (layers - wanted).square().sum(-1).mean(-1).tolist(),
        "accuracy": (layers.argmax(-1) == 0).double().mean(-1).tolist(),
        "cleaned_accuracy": cleaned.tolist(),
    }


def _cases(n_pairs: int, depth: int, hundreds: int, widths, heads) -> list[dict]:
    settings = {"n_pairs": n_pairs, "depth": depth, "hundreds": hundreds}
    return [{"d_key": d, "n_heads": h, **settings} for d in widths for h in heads]


RELIABILITY = Experiment(
    name="memory-reliability",
    title="Error of a chain of layers against depth, width and heads",
    source="Qiao 2025 (arXiv:2508.08289), read by its abstracts only; settings are ours",
    cases={
        "quick": _cases(16, 4, 2, (16, 32), (1, 4)),
        "full": _cases(32, 8, 10, (16, 32, 64, 128), (1, 2, 4, 8)),
        "paper": _cases(64, 12, 20, (32, 64, 128, 256), (1, 2, 4, 8)),
    },
    seeds={"quick": 1, "full": 5, "paper": 5},
    run=run_reliability,
)
