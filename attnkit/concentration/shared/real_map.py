"""Where seventy-two trained heads lie on the map of both collapses."""

import numpy as np

from attnkit.trained import heads

__all__ = ["ENTROPY_CORNER", "RANK_CORNER", "corners", "of_layer", "places"]

RANK_CORNER, ENTROPY_CORNER = (0.9, 0.8), (0.1, 0.2)
"""Entropy over log n and cosine: beyond both of the first, or below both of the second."""

N_HEADS = 12


def places() -> tuple[np.ndarray, np.ndarray]:
    """Entropy over log n and cosine between outputs of each head (head,)."""
    found = heads()
    return found["normalised_entropy"], found["output_cosine"]


def of_layer(layer: int | None) -> np.ndarray:
    """Which heads (head,) belong to a layer, counted from zero; all of them for None."""
    every = np.arange(len(places()[0])) // N_HEADS
    return every >= 0 if layer is None else every == layer


def corners() -> dict[str, int]:
    """How many heads lie in each corner."""
    entropies, cosines = places()
    return {
        "rank": int(((entropies > RANK_CORNER[0]) & (cosines > RANK_CORNER[1])).sum()),
        "entropy": int(((entropies < ENTROPY_CORNER[0]) & (cosines < ENTROPY_CORNER[1])).sum()),
    }
