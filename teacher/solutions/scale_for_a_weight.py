r"""The odds of the needle are $n^{sD}$ against $n - 1$, so that
$s D \log n = \log(n - 1) + \log\frac{w}{1 - w}$. For $w = 1/2$ and a long row $\log(n - 1)/\log n$
goes to one and $s$ to $1/D$: a number that has nothing to do with $n$ any more, which is why it can
be learned on short rows. At $w = 1/n$ the right side is zero: no scale, equal shares.
"""

import math


def scale_for_weight(n_keys, gap, weight):
    odds = math.log(weight / (1 - weight))
    return (math.log(n_keys - 1) + odds) / (gap * math.log(n_keys))
