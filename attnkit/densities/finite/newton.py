r"""Newton's method for a density's scale, and bisection for its support where alpha exceeds 2.

Key i has score z_i and base mass w_i: 1 over a finite set, a quadrature weight on a line. Write
g_i >= 0 for the gap to the best score, excess = alpha - 1 and r = 1 / excess. For alpha <= 2

    p_i = v_i ^ r,        v_i = [scale - excess g_i]_+,        scale = p_best ^ excess,

and the scale is the root of (sum w v^r)^excess = 1. For r >= 1 that norm is a convex, increasing
function of it, so Newton from any point above decreases to the root without a bracket:

    scale <- scale + (M / B) (M^-excess - 1),        M = sum w v^r,        B = sum w v^(r - 1).

It is exact for equal scores, and for every row as alpha tends to 1; with v in units of the scale,
the 1 becomes the scale. Derived here; for alpha = 2 and w = 1 the step is that of Michelot's
projection onto the simplex.

For alpha > 2 the weight (s + excess z_i)^r rises with infinite slope where a key enters the
support: no threshold is precise enough. The weakest supported key k is found first, by bisection
over the sorted scores, and then its weight t = p_k from

    sum_i || (c_i, t) ||_excess = 1,        c_i = [excess (z_i - z_k)] ^ r,        over z_i >= z_k,

a sum of norms: convex in t with slopes between 1 and n, so that Newton from t = 1 decreases to the
root and t is as precise as the scores. Derived here.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.precision import widened, widest

__all__ = [
    "SMALLEST_EXCESS",
    "density_up_to_two",
    "gaps_of",
    "has_settled",
    "mass_sum",
    "newton_bound",
    "normalised",
    "weights_from_two",
]

# At alpha = 1 the formulas take this in place of 0; log1p(excess x) / excess is x to the last bit.
SMALLEST_EXCESS = 1e-20
_NEAR_ONE = 8.0  # powers r from here on would magnify the rounding of v
_ROUNDING = 1e-12  # 1 / (4/3 - 1) is 3 up to rounding
_PRECISION = 4  # units in the last place to which the unknown is brought


def density_up_to_two(
    scores: Float[Tensor, "*batch key"],
    alpha: float | Float[Tensor, "*batch 1"],
    masses: Float[Tensor, "*batch key"] | None = None,
) -> Float[Tensor, "*batch key"]:
    """Density of each row for alpha in [1, 2]; a row without a finite score or mass gives zeros."""
    held, best = _held(scores, masses)
    if isinstance(alpha, float) and alpha == 1:
        return normalised((held - best).exp(), masses)
    if isinstance(alpha, Tensor):
        excess, largest = (alpha - 1).clamp(min=SMALLEST_EXCESS), 1.0
    else:
        excess = largest = max(alpha - 1, SMALLEST_EXCESS)
    drops = (best - held) * excess
    start, n_keys = _above_the_root(drops, excess, masses), scores.shape[-1]
    slope_ratio = n_keys**largest if masses is None else float(2 * n_keys) ** 2
    scale = start
    for _ in range(newton_bound(slope_ratio, scores.dtype)):
        change = _newton_change(drops, scale, excess, masses)
        scale = torch.minimum(scale + change, start)
        if has_settled(-change, scale):
            break
    return normalised(_powers(drops, scale, excess)[1], masses)


def gaps_of(scores: Tensor, masses: Tensor | None) -> tuple[Tensor, Tensor]:
    """Gaps to the best score among the keys with mass, infinite where there is none; the best."""
    held, best = _held(scores, masses)
    return best - held, best


def _held(scores: Tensor, masses: Tensor | None) -> tuple[Tensor, Tensor]:
    """Scores, -inf where there is no mass, and the best of them."""
    held = scores if masses is None else scores.masked_fill(masses <= 0, -math.inf)
    return held, held.amax(-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).min)


def mass_sum(terms: Tensor, masses: Tensor | None) -> Tensor:
    """Sum of the terms over the keys, each times its mass."""
    return _sum(terms if masses is None else masses * terms)


def _above_the_root(drops: Tensor, excess: float | Tensor, masses: Tensor | None) -> Tensor:
    """A scale no less than the root's: the best key holds no more than all.

    Where masses are small beside 1 the mean drop is nearer, by Jensen's inequality.
    """
    if masses is None:
        return torch.ones_like(drops[..., :1])
    tiny = torch.finfo(drops.dtype).tiny
    best = masses.where(drops == 0, 0.0).amax(-1, keepdim=True).clamp(min=tiny)
    total = _sum(masses).clamp(min=tiny)
    mean = _sum((masses * drops).where(masses > 0, 0.0)) / total
    return torch.minimum(mean + _power_of_row(total, -excess), _power_of_row(best, -excess))


def _newton_change(
    drops: Tensor, scale: Tensor, excess: float | Tensor, masses: Tensor | None
) -> Tensor:
    """The step; a row without mass stays where it is."""
    slopes, powers, unit_share = _powers(drops, scale, excess)
    tiny = torch.finfo(drops.dtype).tiny
    mass = mass_sum(powers, masses).clamp(min=tiny)
    slope = mass_sum(slopes, masses).clamp(min=tiny)
    return mass / slope * (_power_of_row(mass, -excess) - unit_share)


def _powers(
    drops: Tensor, scale: Tensor, excess: float | Tensor
) -> tuple[Tensor, Tensor, float | Tensor]:
    """v^(r-1) and v^r in some unit of v, and what 1 is in the step above, in that unit."""
    power = 1 / excess
    if isinstance(power, float) and power < _NEAR_ONE:
        values = (scale - drops).relu_()
        if abs(power - 1) < _ROUNDING:
            return values.sign(), values, 1.0
        slopes = _power(values, power - 1)
        return slopes, slopes * values, 1.0
    reach = drops * scale.reciprocal()
    ratios = (1 - reach).relu_()
    slopes = _power_near_one(reach, power - 1) * ratios.sign()
    return slopes, slopes * ratios, scale


def _power(base: Tensor, exponent: float) -> Tensor:
    """base^exponent; of two ways the faster in eager mode, and the one that compilers vectorise."""
    for whole in (1, 2):
        if abs(exponent - whole) < _ROUNDING:
            return base if whole == 1 else base * base
    if torch.compiler.is_compiling():
        return torch.exp(torch.log(base) * exponent)
    return base**exponent


def _power_near_one(reach: Tensor, exponent: float | Tensor) -> Tensor:
    """(1 - reach)^exponent, exact also where reach is minute and the exponent huge; not zero."""
    limits = torch.finfo(reach.dtype)
    logarithm = torch.log1p(-reach.clamp(max=1 - limits.eps / 2))
    return torch.exp((logarithm * exponent).clamp(min=math.log(limits.tiny)))


def _power_of_row(base: Tensor, exponent: float | Tensor) -> Tensor:
    return torch.exp(exponent * base.log())  # with exp rather than **, compilers keep it per row


def _sum(terms: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    return terms.sum(-1, keepdim=True, dtype=dtype)


def normalised(density: Tensor, masses: Tensor | None) -> Tensor:
    """Divide by the row sums, which need float64 in long float32 rows."""
    terms = density if masses is None else masses * density
    total = _sum(terms, widest(density.device)).to(density.dtype)
    return density / total.clamp(min=torch.finfo(density.dtype).tiny)


def weights_from_two(
    scores: Float[Tensor, "*batch key"], alpha: float | Float[Tensor, "*batch 1"]
) -> Float[Tensor, "*batch key"]:
    """Weights of each row for alpha >= 2, computed in float64; a row of -inf gives zeros."""
    best = scores.amax(-1, keepdim=True)
    below = widened(scores) - widened(best).clamp(min=torch.finfo(scores.dtype).min)
    excess = widened(alpha) - 1 if isinstance(alpha, Tensor) else alpha - 1
    heights = (below * excess).clamp(min=-2.0)  # from -1 down no key is supported
    gaps = heights - _weakest_height(heights, excess)
    supported = gaps >= 0
    floors = gaps.clamp(min=0.0) ** (1 / excess)
    weakest = torch.ones_like(heights[..., :1])
    for _ in range(newton_bound(4 * scores.shape[-1], gaps.dtype)):
        norms = _norm(floors, weakest, excess).where(supported, 0.0)
        slopes = ((weakest / norms) ** (excess - 1)).where(supported, 0.0)
        change = (norms.sum(-1, keepdim=True) - 1) / slopes.sum(-1, keepdim=True)
        weakest = (weakest - change).clamp(min=torch.finfo(weakest.dtype).tiny)
        if has_settled(change, weakest):
            break
    weights = _norm(floors, weakest, excess).where(supported, 0.0)
    weights = weights / weights.sum(-1, keepdim=True)
    return weights.masked_fill(best == -torch.inf, 0.0).to(scores.dtype)


def _weakest_height(heights: Tensor, excess: float | Tensor) -> Tensor:
    """Height of the last key, in falling order, whose own entry still leaves the mass below 1."""
    ordered = heights.sort(-1, descending=True).values
    inside = torch.zeros_like(ordered[..., :1], dtype=torch.long)
    outside = inside + ordered.shape[-1]
    for _ in range(math.ceil(math.log2(ordered.shape[-1]))):
        middle = (inside + outside) // 2
        entry = ordered.gather(-1, middle)
        mass = ((heights - entry).clamp(min=0.0) ** (1 / excess)).sum(-1, keepdim=True)
        inside = middle.where(mass < 1, inside)
        outside = outside.where(mass < 1, middle)
    return ordered.gather(-1, inside)


def _norm(first: Tensor, second: Tensor, degree: float | Tensor) -> Tensor:
    """(first^degree + second^degree)^(1/degree) without overflow or underflow; second > 0."""
    larger, smaller = torch.maximum(first, second), torch.minimum(first, second)
    return larger * torch.exp(torch.log1p((smaller / larger) ** degree) / degree)


def newton_bound(slope_ratio: float, dtype: torch.dtype) -> int:
    """Newton steps that solve h(s) = 0 from s = 1 for convex h with slopes in [1, slope_ratio].

    At the root, s = 1 / slope or more. The ratios x and y by which a step multiplies residual and
    slope obey x + y <= 1, since h lies above its tangents, and so do their geometric means over k
    steps. With c the slope at the root, the slope has a factor slope_ratio / c to fall, and the
    residual, at most slope * (1 - 1 / c) at the start, at most slope_ratio / (4 precision) until
    the distance from the root is within the precision: (1 - 1 / c) / c <= 1 / 4.
    Radzik 1998 has the product form of the lemma; the bound is derived here.
    """
    residual_ratio = slope_ratio / (4 * _PRECISION * torch.finfo(dtype).eps)
    steps = 1
    while residual_ratio ** (-1 / steps) + slope_ratio ** (-1 / steps) <= 1:
        steps += 1
    return steps


def has_settled(change: Tensor, value: Tensor) -> bool:
    """Whether a relative change is down to rounding in every row; never, when traced."""
    if torch.compiler.is_compiling():
        return False
    precision = _PRECISION * torch.finfo(value.dtype).eps
    return not bool((change > precision * value).any())
