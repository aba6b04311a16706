r"""A common factor of a row is lost when the row is divided by its sum, so we may divide by the
largest entry first. Every ratio lies between zero and one then, the largest power is exactly one,
and the sum is at least one: nothing overflows, and what underflows would not have counted. A row
without anything above its mean has no largest entry to divide by and stays zero.
"""

import torch


def sharpen(weights, power):
    above = (len(weights) * weights - 1).clamp_min(0)
    best = above.max()
    if best == 0:
        return torch.zeros_like(weights)
    powers = (above / best) ** power
    return powers / powers.sum()
