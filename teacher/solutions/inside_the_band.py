r"""Row $q$ sees $q + 1$ keys, so its largest entropy is $\log(q + 1)$, and that of the first row is
zero: it can deviate from nothing and costs nothing. `torch.special.entr` is $-w \log w$ with the
right value at zero, but its slope there is infinite; a weight of zero is therefore put aside before
the logarithm is taken. Then deviations and half-widths are two vectors over the rows.
"""

import torch


def charge(weights, target, tolerance):
    safe = torch.where(weights > 0, weights, torch.ones_like(weights))
    entropies = -(safe * safe.log()).sum(-1)
    largest = torch.arange(1, len(weights) + 1, dtype=weights.dtype).log()
    beyond = (entropies - target * largest).abs() - tolerance * largest
    return beyond.clamp_min(0).square().mean()
