"""What is claimed of the memories together."""

from attnkit.claims import claim
from attnkit.memory.associative_recall.codes import codes_recalled
from attnkit.memory.associative_recall.recorded import recalled

__all__ = ["KERNELS", "by_kernel"]

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
