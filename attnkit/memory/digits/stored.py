"""Handwritten digits as key-value pairs: real values, and keys real or random.

The 1,797 eight-by-eight digits come with scikit-learn (UCI, Alpaydin and Kaynak 1998). Digit i is
stored as a value under a random key, or under the digit before it, raw, centred or whitened.
"""

from functools import cache
from typing import Annotated, Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.shared.records import Setting, settings
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["KEYS", "RULES", "digit_pairs", "effective_width", "recalled", "snr"]

N_STORED = 256
Kind = Literal["random", "raw digits", "centred digits", "whitened digits"]
KEYS = get_args(Kind)
Stored = Annotated[int, Range(1, N_STORED)]


@cache
def _digits() -> Tensor:
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("the digits come with scikit-learn: pip install attnkit[data]") from error
    pixels = torch.from_numpy(load_digits().data)
    order = torch.randperm(len(pixels), generator=torch.Generator().manual_seed(0))
    return pixels[order]


@checked
@cache
def digit_pairs(
    keys: Kind,
) -> tuple[Float[Tensor, "pair key"], Float[Tensor, "pair pixel"]]:
    """Return 256 unit keys of a kind named in `KEYS`, and the centred digits stored under them.

    Raises
    ------
    ValueError
        A kind that is not in `KEYS`.
    """
    pixels = _digits()
    centred = pixels - pixels.mean(0)
    vectors = {
        "random": lambda: unit_vectors(len(pixels), 64, generator=torch.Generator().manual_seed(1)),
        "raw digits": lambda: pixels,
        "centred digits": lambda: centred,
        "whitened digits": lambda: torch.linalg.svd(centred, full_matrices=False)[0],
    }[keys]()
    unit = torch.nn.functional.normalize(vectors[:N_STORED], dim=-1)
    return unit, centred[1 : N_STORED + 1]


RULES = settings("digits")


def _rule(name: str) -> Setting:
    if name not in RULES:
        raise ValueError(f"rule must be one of {', '.join(map(repr, RULES))}, got {name!r}")
    return RULES[name]


@checked
def effective_width(keys: Kind) -> float:
    """Return one over the mean squared overlap of two keys, the d of equally good random keys."""
    unit, _ = digit_pairs(keys)
    overlaps = (unit @ unit.mT).fill_diagonal_(0)
    return float(len(unit) * (len(unit) - 1) / overlaps.square().sum())


@checked
def recalled(
    keys: Kind, rule: str, n_pairs: Stored
) -> tuple[Float[Tensor, "8 8"], Float[Tensor, "8 8"]]:
    """Return the digit stored first, and what the memory of `n_pairs` gives for its key."""
    unit, values = (part[:n_pairs] for part in digit_pairs(keys))
    return values[0].view(8, 8), (unit[0] @ _rule(rule).state(unit, values)).view(8, 8)


@checked
def snr(keys: Kind, rule: str, n_pairs: Stored) -> float:
    """Return the summed power of the stored digits over that of the errors of their recall.

    Averaged over as many disjoint lists of `n_pairs` as the 256 pairs give.
    """
    n_lists = N_STORED // n_pairs
    unit, values = (t[: n_lists * n_pairs].unflatten(0, (n_lists, -1)) for t in digit_pairs(keys))
    errors = unit @ _rule(rule).state(unit, values) - values
    return float(values.square().sum() / errors.square().sum().clamp(min=1e-12))
