"""What is claimed of Based: its polynomial, its mean, and what both do on a trained encoder."""

import torch

from attnkit.claims import claim
from attnkit.memory.based.centred import centred_taylor_attention
from attnkit.memory.based.kernels import pairs_recalled, taylor_kernel
from attnkit.memory.based.recorded import real_rows
from attnkit.memory.based.taylor import taylor_attention

__all__ = ["moved_keys", "parabola_turns", "real_means", "shift_of_reads", "twice_the_pairs"]


@claim(
    "second-order-recalls-more",
    source="Arora et al. 2024 for the map; the numbers are ours",
    computes=pairs_recalled,
)
def twice_the_pairs() -> dict[str, float]:
    """Share recalled of 16 d pairs by the second order and by Hebb, and their quotient."""
    found = {}
    for d in (8, 16, 32):
        by_order = [_recalled(16 * d, d, order, mean) for order, mean in ((2, 0.0), (1, -1.0))]
        found |= {f"d = {d}": by_order[0], f"d = {d}, Hebb": by_order[1]}
        found[f"d = {d}, quotient"] = by_order[0] / by_order[1]
    return found


def _recalled(n_pairs: int, d_key: int, order: int, mean_score: float, seed: int = 0) -> float:
    """Mean over eight draws of lists."""
    generator = torch.Generator().manual_seed(seed)
    settings = {"order": order, "mean_score": mean_score, "generator": generator}
    return sum(pairs_recalled(n_pairs, d_key, **settings) for _ in range(8)) / 8


@claim("parabola-turns", source="Derived here", computes=taylor_kernel)
def parabola_turns() -> dict[str, float]:
    """Weights at −4 and at 2, and the share of 64 pairs recalled at d = 16 by mean score."""
    ends = taylor_kernel(torch.tensor([-4.0, 2.0], dtype=torch.float64))
    found = dict(zip(("weight at −4", "weight at 2"), ends.tolist(), strict=True))
    for mean in (0.0, -1.5, -3.0):
        found[f"recalled at mean score {mean}"] = _recalled(64, 16, 2, mean)
    return found


@claim("mean-at-the-read", source="Derived here", computes=centred_taylor_attention)
def moved_keys() -> dict[str, float]:
    """Largest change of what is read when one vector is added to every key, and numbers kept."""
    return {
        "raw": shift_of_reads(taylor_attention, seed=0),
        "about the mean key": shift_of_reads(centred_taylor_attention, seed=0),
    }


def shift_of_reads(form, *, seed: int) -> float:
    """The largest change, for 40 tokens of width 16 whose keys are moved by a vector of norm 4."""
    generator = torch.Generator().manual_seed(seed)
    q, k, v = torch.randn(3, 40, 16, generator=generator, dtype=torch.float64).unbind()
    shift = torch.randn(16, generator=generator, dtype=torch.float64)
    moved = k + 4 * shift / shift.norm()
    return float((form(q, moved, v)[0] - form(q, k, v)[0]).abs().max())


@claim(
    "real-rows-about-the-mean",
    source="Measured here on one six-layer encoder",
    computes=centred_taylor_attention,
)
def real_means() -> dict[str, float]:
    """Recorded: mean KL over heads in nats, and the share of rows whose best key stays best."""
    found = {}
    for kind in ("causal", "whole"):
        for name, numbers in real_rows(kind).items():
            found[f"{kind}, {name}"] = float(numbers["kl"].mean())
            found[f"{kind}, {name}, best"] = float(numbers["best"])
    return found
