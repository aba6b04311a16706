"""What is claimed of the memories together."""

from attnkit.claims import claim
from attnkit.memory.associative_recall.codes import codes_recalled
from attnkit.memory.associative_recall.experiments import trained
from attnkit.memory.associative_recall.recorded import learned, recalled

__all__ = ["KERNELS", "by_kernel", "by_training"]

KERNELS = ("elu + 1", "ReLU", "linear attention", "centred Taylor attention")
"""From the dullest kernel to the sharpest."""


@claim("a-sharper-kernel-recalls-more", source="Derived here", computes=codes_recalled)
def by_kernel() -> dict[str, float]:
    """Recorded: shares recalled of 32 and 64 pairs at width 16, from the dullest kernel on."""
    return {
        f"{n} pairs, {name}": recalled(n, 16)[name]["accuracy"]
        for n in (32, 64)
        for name in KERNELS
    }


@claim("second-order-learns-recall", source="Derived here", computes=trained)
def by_training() -> dict[str, float]:
    """Recorded: of trained models, the worst seed of the second order and the best of the maps."""
    second = learned(8)["Taylor attention"][1]
    maps = [learned(16)[name][1] for name in ("elu + 1", "ReLU", "Hedgehog")]
    return {"second order, width 8": min(second), "maps, width 16": max(map(max, maps))}
