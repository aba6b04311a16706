"""How errors pass through layers.

A chain of Hebbian layers hands item i from code to code. In terms of items, a layer multiplies
the vector of item strengths by the Gram matrix of its keys, the identity plus overlaps of mean
square 1/d; independent heads that are averaged make it 1/(H d).
"""

import math

from attnkit.arguments import checked
from attnkit.memory.shared.quantities import Depth, HeadCount, Pairs, Tolerance, Width

__all__ = [
    "chain_noise",
    "usable_depth",
]

_LOG_LARGEST = 700.0  # e^700 is near the largest double


@checked
def chain_noise(n_pairs: Pairs, d_key: Width, *, depth: Depth = 1, n_heads: HeadCount = 1) -> float:
    """Return (1 + (n − 1)/(H d))^L − 1, the relative noise power after L layers.

    Errors lie in the span of the stored codes, where the next layer repeats them at full strength,
    so they compound. Exact when every layer has its own codes. Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d of a head.
    depth : float
        Layers L.
    n_heads : float
        Heads H that are averaged.

    Raises
    ------
    ValueError
        A number out of its range, and a depth at which the noise is beyond every number.
    TypeError
        No number.
    """
    per_layer = math.log1p((n_pairs - 1) / (n_heads * d_key))
    if depth * per_layer > _LOG_LARGEST:
        raise ValueError(
            f"depth must be at most {_LOG_LARGEST / per_layer:.4g} for {n_pairs:g} pairs of width "
            f"{d_key}, where the noise leaves the range of numbers, got {depth}"
        )
    return math.expm1(depth * per_layer)


@checked
def usable_depth(
    n_pairs: Pairs, d_key: Width, tolerance: Tolerance, *, n_heads: HeadCount = 1
) -> float:
    """Return ln(1 + ε²)/ln(1 + (n − 1)/(H d)): the layers until the error is ε of the value.

    About ε² H d/n: depth times pairs is what the total width pays for. Infinite for one pair.
    Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d of a head.
    tolerance : float
        The allowed error ε over the size of a value.
    n_heads : float
        Heads H that are averaged.

    Raises
    ------
    ValueError, TypeError
        As `chain_noise`.
    """
    per_layer = math.log1p((n_pairs - 1) / (n_heads * d_key))
    return math.log1p(tolerance**2) / per_layer if per_layer else math.inf
