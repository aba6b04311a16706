"""The least time that a device's memory and arithmetic allow a kernel, on paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

from attnkit.discovery import layer_files

__all__ = ["H200", "Limits", "Roofline", "Shape", "rooflines"]


@dataclass(frozen=True)
class Limits:
    """Bytes a second of a device's memory, and operations a second by bytes a number."""

    name: str
    bytes_per_second: float
    flops_per_second: Mapping[int, float]


H200 = Limits("H200", 4.8e12, {2: 989e12, 4: 67e12})
"""The vendor's numbers of the SXM board: dense bfloat16, and float32 without TF32."""


@dataclass(frozen=True)
class Shape:
    """What a kernel is given: features a head, bytes a number, and tokens."""

    n_features: int
    item_bytes: int
    n_tokens: int


@dataclass(frozen=True)
class Roofline:
    """Bytes moved and operations done for each token of each head, as functions of the shape."""

    name: str
    n_bytes: Callable[[Shape], float]
    n_flops: Callable[[Shape], float]
    limits: Limits = H200

    def intensity(self, shape: Shape) -> float:
        """Operations for each byte."""
        return self.n_flops(shape) / self.n_bytes(shape)

    def memory_seconds(self, shape: Shape) -> float:
        """What moving the bytes takes at least."""
        return self.n_bytes(shape) / self.limits.bytes_per_second

    def arithmetic_seconds(self, shape: Shape) -> float:
        """What the operations take at least."""
        return self.n_flops(shape) / self.limits.flops_per_second[shape.item_bytes]

    def seconds(self, shape: Shape) -> float:
        """The longer of the two, for a token of a head."""
        return max(self.memory_seconds(shape), self.arithmetic_seconds(shape))

    def share_of_arithmetic(self, shape: Shape) -> float:
        """The largest share of the device's arithmetic that its memory lets the kernel use."""
        return self.arithmetic_seconds(shape) / self.seconds(shape)


def rooflines() -> list[Roofline]:
    """What every layer `rooflines` declares in ROOFLINES, in the order of the modules."""
    from importlib import import_module

    return list(chain.from_iterable(import_module(m).ROOFLINES for m in layer_files("rooflines")))
