r"""Let the keys overlap by $c$. The sum reads $v_1+c\,v_2$ and $v_2+c\,v_1$: both errors are $c^2$.
The delta rule writes $v_1$, then $v_2-c\,v_1$ at $k_2$. It reads the second exactly and the
first as $v_1+c\,(v_2-c\,v_1)$: the error is $(c\,v_2-c^2v_1)^2$, largest for opposite signs,
$c^2(1+c)^2$. The means are $c^2$ and $\frac12c^2(1+c)^2$, and the second is larger as soon as
$c>\sqrt2-1$. At $c=0.8$ the factor is 1.62. Correcting makes room for the new at the expense of
the old: at a key that is nearly the same, with a value that is opposite, it takes back most of
the first pair. A second pass brings the first pair back, and with repetition the delta rule is
exact for independent keys, which the sum never is.
"""

import torch


def pairs_better_added():
    """Nearly the same key, the opposite value."""
    keys = torch.tensor([[1.0, 0.0], [0.8, 0.6]], dtype=torch.float64)
    return keys, torch.tensor([1.0, -1.0], dtype=torch.float64)
