"""What the page on positional attention claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.experiments import global_seed
from attnkit.structure.positional.experiments.beyond import KINDS, SCALES, draw
from attnkit.structure.positional.experiments.network import ListNetwork
from attnkit.structure.positional.positional import positional_attention, positional_weights
from attnkit.structure.positional.recorded import lists, real_places

__all__ = ["beyond_training", "homogeneous", "off_by", "place_in_real_heads"]


def off_by(kind: str, scale: float, *, seed: int) -> float:
    """Largest |f(λ x) − λ f(x)| over the largest |λ f(x)|, of an untrained network of depth 4."""
    with global_seed(seed):
        network = ListNetwork(8, 4, **KINDS[kind]).double()
    with torch.no_grad():
        lists = draw(64, torch.Generator().manual_seed(seed)).double()
        wanted = scale * network(lists)
        return ((network(scale * lists) - wanted).abs().max() / wanted.abs().max()).item()


@claim(
    "place-scales-exactly",
    source="Derived here, after Back de Luca et al. 2025",
    computes=positional_attention,
)
def homogeneous() -> dict[str, float]:
    """How far networks are from f(λ x) = λ f(x) at λ = 16, with and without content and biases."""
    return {kind: off_by(kind, 16.0, seed=0) for kind in KINDS}


@claim(
    "order-turns-beyond-training",
    source="Measured here; the question is Back de Luca et al. 2025",
    computes=positional_attention,
)
def beyond_training() -> dict[str, float]:
    """Recorded: relative errors of running minima at depth 4, mean over seeds, at each scale."""
    return {
        f"{kind}, λ = {scale:g}": float(error)
        for kind in KINDS
        for scale, error in zip(SCALES, lists(kind, 4)["error"].mean(0), strict=True)
    }


@claim(
    "place-in-real-heads",
    source="Measured here on one six-layer encoder",
    computes=positional_weights,
)
def place_in_real_heads() -> dict[str, float]:
    """Recorded: what other texts' maps explain of a head's, and what they move as its weights."""
    found = real_places()
    share = 1 - found["place"] / found["uniform"]
    return {
        "median share": float(torch.from_numpy(share).flatten().median()),
        "heads above a half": float((share > 0.5).mean()),
        "moved by other texts' maps": float(found["moved"][:, -1].mean()),
        "moved by equal weights": float(found["moved_uniform"][:, -1].mean()),
        "last layer alone": float(found["moved"][:, 5].mean()),
        "first five, the most": float(found["moved"][:, :5].mean(0).max()),
    }
