r"""The reading is $c = a v + r$, where $r$ is what the others give. Dropping the key leaves $r$,
and $c$ moves by $a \lVert v \rVert$. Scaling divides $r$ by $1 - a$; then $r/(1-a) - c =
(c - a v)/(1-a) - c = \frac{a}{1-a}(c - v)$. The others enter through $c$ only. A key that waives
($v = 0$) is free to drop, and costs $\frac{a}{1-a}\lVert c \rVert$ once the rest is amplified.
"""

import torch


def removal_cost(weight, value, context):
    lost = weight * value.norm()
    amplified = weight / (1 - weight) * (context - value).norm()
    return torch.stack([lost, amplified])
