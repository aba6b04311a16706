"""Where softplus attention ends: two laws of a needle in a long row."""

import math
from typing import Annotated

import torch

from attnkit.arguments import Range, checked
from attnkit.length.softplus.reweighting import Offset, Power

__all__ = ["highest_lssa_weight", "lssar_limit"]

Length = Annotated[int, Range(2, 10**12)]
Cosine = Annotated[float, Range(0.0, 1.0)]
Width = Annotated[int, Range(2, 65536)]


@checked
def highest_lssa_weight(n_keys: Length, d_key: Width) -> float:
    r"""The most that LSSA gives one key whose rivals have cosines of mean zero or more.

    .. math:: \frac{S}{S + (n - 1) \log 2}, \qquad S = \log\left(1 + e^{\log d \log n}\right)

    Notes
    -----
    Derived here: no score exceeds log d log n, and the mean softplus of the rivals is at least the
    softplus of their mean, by Jensen's inequality. It falls as log n / n.
    """
    highest = math.log(d_key) * math.log(n_keys)
    most = highest + math.log1p(math.exp(-highest))
    return most / (most + (n_keys - 1) * math.log(2))


@checked
def lssar_limit(
    n_keys: Length,
    cosine: Cosine,
    d_key: Width,
    *,
    power: Power = 15.0,
    offset: Offset = 1.0,
) -> float:
    r"""Weight of a needle among random directions when softplus is as good as a ramp.

    .. math:: \frac{1}{1 + n\, M / m}, \quad m = \left[\frac{c}{\mu} - o\right]_+^p, \quad
              M = \mathbb{E}\left[\frac{[t]_+}{\mu} - o\right]_+^p, \quad
              \mu = \mathbb{E}[t]_+

    Here t is the cosine of two random directions in d dimensions. Neither m nor M knows n, or a
    factor on the scores: a fixed power moves the length at which the needle is lost, m / M, and
    from there on the weight falls as 1/n.

    Notes
    -----
    Derived here. The scores of a long row are log d log n times a cosine, and softplus is a ramp
    beyond a few units; a factor on a ramp is lost when the row is divided by its mean. The sum over
    rivals is taken for its mean: true while the rivals that make up M are met in a row of n, as at
    power 15. Of a much higher power the mean is made by rivals that hardly ever come.
    """
    angle = torch.linspace(0, math.pi / 2, 4_001, dtype=torch.float64)
    cosines, density = angle.cos(), angle.sin() ** (d_key - 2)
    whole = 2 * torch.trapezoid(density, angle)  # the other half of the sphere is as large
    mean = torch.trapezoid(cosines * density, angle) / whole
    needle = max(cosine / mean.item() - offset, 0.0)
    if needle == 0:
        return 0.0
    ratios = (cosines / mean - offset).clamp_min(0) / needle
    rivals = torch.trapezoid(ratios**power * density, angle) / whole
    return 1 / (1 + n_keys * rivals.item())
