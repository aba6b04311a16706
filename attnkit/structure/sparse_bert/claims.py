"""What the page on attention without its diagonal claims, measured."""

import numpy as np

from attnkit.claims import claim
from attnkit.structure.sparse_bert.recorded import OFFSETS, losses, real_offsets
from attnkit.structure.sparse_bert.sparse_bert import offset_weights

__all__ = ["diagonal_of_digits", "diagonal_of_encoder", "spreads_apart"]


def spreads_apart(kind: str, without: str) -> float:
    """Difference of mean losses over their pooled deviation over seeds."""
    whole, less = losses(kind, ""), losses(kind, without)
    pooled = np.sqrt((whole.var(ddof=1) + less.var(ddof=1)) / 2)
    return float((less.mean() - whole.mean()) / pooled)


@claim(
    "diagonal-of-digits",
    source="Measured here; the question is Shi et al. 2021",
    computes=offset_weights,
)
def diagonal_of_digits() -> dict[str, float]:
    """Recorded: how much a model trained without a distance loses, in deviations over seeds."""
    return {
        f"{kind}, without {name}": spreads_apart(kind, name)
        for kind in ("residual", "no residual")
        for name in ("0", "1", "others")
    }


@claim(
    "diagonal-of-an-encoder",
    source="Measured here on one six-layer encoder",
    computes=offset_weights,
)
def diagonal_of_encoder() -> dict[str, float]:
    """Recorded: what an encoder's embedding moves by without one distance, mean over passages."""
    found = real_offsets()
    moved = np.nanmean(found["moved"], 0)
    return {
        **{f"distance {o}": float(m) for o, m in zip(OFFSETS, moved, strict=True)},
        "as many random pairs": float(found["random"].mean()),
        "first column": float(found["first"].mean()),
    }
