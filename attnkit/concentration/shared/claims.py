"""What the room's story claims, measured."""

import numpy as np

from attnkit.claims import claim
from attnkit.concentration.eigenspectrum import localisation
from attnkit.concentration.shared.real_map import corners, of_layer, places

__all__ = ["real_heads_between"]


@claim("real-heads-between", source="Measured here", computes=localisation)
def real_heads_between() -> dict[str, float]:
    """Trained heads in each corner of the map, and how entropy and cosine go together."""
    entropies, cosines = places()
    ranks = [each.argsort().argsort() for each in (entropies, cosines)]
    found: dict[str, float] = {f"heads in the {name} corner": n for name, n in corners().items()}
    found["rank correlation of entropy and cosine"] = float(np.corrcoef(ranks)[0, 1])
    for name, layer in (("first", 0), ("second", 1), ("last", 5)):
        chosen = of_layer(layer)
        found[f"{name} layer, median entropy"] = float(np.median(entropies[chosen]))
        found[f"{name} layer, median cosine"] = float(np.median(cosines[chosen]))
    return found
