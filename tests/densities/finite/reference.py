"""Slow, independent references for the finite densities."""

import mpmath
import torch

ALPHAS = [0.1, 0.5, 0.9, 0.9999, 1.0, 1.0001, 1.1, 4 / 3, 1.5, 2.0, 3.0, 10.0]


def bisect(scores, alpha):
    """Weights by 200 halvings of the threshold in float64.

    Beyond alpha = 2 a weight enters with infinite slope, so a threshold of 53 bits leaves an
    error of about 1e-16 ** (1 / (alpha - 1)): good to 1e-8 at alpha = 3, to 1e-2 at alpha = 10.
    """
    scores = scores.double()
    if alpha == 1:
        return scores.softmax(-1)
    excess = alpha - 1
    drops = excess * (scores.amax(-1, keepdim=True) - scores)
    ends = (0.0, 1.0) if excess > 0 else (1.0, float(scores.shape[-1]) ** -excess)
    low, high = (torch.full_like(drops[..., :1], end) for end in ends)
    for _ in range(200):
        middle = (low + high) / 2
        mass = ((middle - drops).clamp(min=0) ** (1 / excess)).sum(-1, keepdim=True)
        short = (mass < 1) == (excess > 0)
        low, high = torch.where(short, middle, low), torch.where(short, high, middle)
    return (high - drops).clamp(min=0) ** (1 / excess)


def bisect_exactly(row, alpha):
    """Weights of one row (a list of numbers) with 150 digits; alpha > 1."""
    with mpmath.workdps(150):
        excess = mpmath.mpf(alpha) - 1
        drops = [excess * (mpmath.mpf(max(row)) - mpmath.mpf(score)) for score in row]

        def weights(scale):
            return [(scale - d) ** (1 / excess) if d < scale else mpmath.mpf(0) for d in drops]

        low, high = mpmath.mpf(0), mpmath.mpf(1)
        for _ in range(500):
            middle = (low + high) / 2
            low, high = (middle, high) if mpmath.fsum(weights(middle)) < 1 else (low, middle)
        return [float(weight) for weight in weights(high)]


def optimality_gap(weights, scores, alpha):
    """Largest violation of the conditions that only the maximiser fulfils (float64).

    They are: sum one, no negative weight, z_i - (p_i^a - 1) / a equal over the support, and no
    larger off it. (log p_i at alpha = 1; below, where p_i^a is large, in units of the largest.)
    """
    supported = weights > 0
    safe = weights.where(supported, 1.0)
    prices = _deformed_log(safe, alpha - 1)
    unit = prices.abs().amax(-1, keepdim=True).clamp(min=1.0) if alpha < 1 else 1.0
    levels = (scores - prices) / unit
    level = levels.where(supported, -torch.inf).amax(-1, keepdim=True)
    floor = 1 / (alpha - 1) if alpha > 1 else 0.0
    off = (scores + floor - level).where(~supported, -torch.inf)
    gaps = [
        (weights.sum(-1) - 1).abs().max(),
        (-weights).max(),
        (level - levels).where(supported, 0.0).max(),
        off.max(),
    ]
    return max(float(gap) for gap in gaps)


def rows(*shape, spread=1.0, seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(*shape, generator=generator, dtype=dtype)


def _deformed_log(values, excess):
    logs = values.log()
    return logs if excess == 0 else torch.expm1(excess * logs) / excess
