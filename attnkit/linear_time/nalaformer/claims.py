"""What the page on NaLaFormer claims, measured."""

import numpy as np
import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.diagnostics import entropy
from attnkit.linear_time.nalaformer.features import nala_weights, split_power
from attnkit.linear_time.nalaformer.recorded import real_heads
from attnkit.linear_time.nalaformer.rotation import rotated_nala_weights
from attnkit.linear_time.shared.rows import kernel_weights

__all__ = [
    "NORMS",
    "entropies",
    "feels_the_norm",
    "norm_on_real_heads",
    "rotated_rows",
    "turned_sums",
]

NORMS = tuple(float(norm) for norm in np.linspace(0.1, 4.0, 40))
N_QUERIES = 16


def entropies(
    d: int, n_keys: int, *, seed: int, power: float = 3.0, norms: tuple[float, ...] = NORMS
) -> dict[str, Tensor]:
    """Mean entropy of each map's rows, (norm,), for random directions and standard normal keys."""
    generator = torch.Generator().manual_seed(seed)
    directions = torch.randn(N_QUERIES, d, generator=generator, dtype=torch.float64)
    keys = torch.randn(n_keys, d, generator=generator, dtype=torch.float64)
    unit = directions / directions.norm(dim=-1, keepdim=True)
    queries = torch.tensor(norms, dtype=torch.float64)[:, None, None] * unit
    flat = queries.flatten(0, 1)
    rows = {
        "softmax": (flat @ keys.mT).softmax(-1),
        "ReLU": kernel_weights(split_power(flat, 1.0), split_power(keys, 1.0)),
        "NaLa": nala_weights(flat, keys, power),
    }
    return {
        name: entropy(each).unflatten(0, (len(norms), -1)).mean(-1) for name, each in rows.items()
    }


@claim(
    "nala-feels-the-norm",
    source="Meng et al. 2025 for the map; the numbers are ours",
    computes=nala_weights,
)
def feels_the_norm() -> dict[str, float]:
    """How far the entropy moves as |q| goes from 0.1 to 4 (d = 32, 256 keys), and its last step."""
    found = entropies(32, 256, seed=0)
    spans = {f"{name}, span": float(each.max() - each.min()) for name, each in found.items()}
    return spans | {"NaLa, smallest fall of a step": float(-found["NaLa"].diff().max())}


@claim(
    "nala-rotated-rows",
    source="Meng et al. 2025, the authors' code; the sums are ours",
    computes=rotated_nala_weights,
)
def rotated_rows() -> dict[str, float]:
    """Sums of rows of 64 places whose numerator alone is rotated, and the share below zero."""
    return turned_sums(64, 32, seed=0)


def turned_sums(n: int, d: int, *, seed: int) -> dict[str, float]:
    """Lowest, mean and highest sum of a row, and the share of negative weights."""
    generator = torch.Generator().manual_seed(seed)
    queries, keys = torch.randn(2, n, d, generator=generator, dtype=torch.float64)
    weights = rotated_nala_weights(queries, keys)
    sums = weights.sum(-1)
    found = {"lowest": sums.min(), "mean": sums.mean(), "highest": sums.max()}
    negative = float((weights < 0).double().mean())
    return {f"{name} sum": float(each) for name, each in found.items()} | {"negative": negative}


@claim(
    "nala-norm-on-real-heads",
    source="Measured here on one six-layer encoder",
    computes=nala_weights,
)
def norm_on_real_heads() -> dict[str, float]:
    """Recorded: by map the mean divergence, and how entropies of heads go with norms of queries."""
    heads = real_heads()
    norm = heads["softmax"]["norm"]
    found = {"mean tanh |q|": float(heads["softmax"]["gate"])}
    for name, each in heads.items():
        if "divergence" in each:
            found[f"{name}, KL"] = float(each["divergence"].mean())
        if np.ptp(each["entropy"]) > 0 and name != "uniform":
            found[f"{name}, correlation"] = float(np.corrcoef(each["entropy"], norm)[0, 1])
    return found
