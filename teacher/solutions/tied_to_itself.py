r"""The odds of staying are $e^{mr}/e^{-mr} = e^{2mr}$, so that $mr$ is half the logarithm of
$a/(1 - a)$. Split evenly, both have the root of its size, and the key carries the sign. Query
and key may be one vector where $mr \ge 0$, at a share of one half or more: a tied head cannot send
places to each other, whatever the samples say, since $(u_1 - u_2)^2 \ge 0$.
"""

import math

import torch


def overlaps_for_map(staying):
    product = math.log(staying / (1 - staying)) / 2
    size = math.sqrt(abs(product))
    return torch.tensor([size, math.copysign(size, product)], dtype=torch.float64)
