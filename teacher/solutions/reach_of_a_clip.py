r"""The best input can stand at $C$ and every other at $-C$, no further, so that the odds are
$e^{2C}$ against $n - 1$. Solved for $C$ this is half of $\log(n - 1) + \log\frac{w}{1 - w}$: twice
as many inputs cost a little more than $\frac{1}{2}\log 2$, whatever the weight is.
"""

import math


def clip_for_weight(n_keys, weight):
    return 0.5 * (math.log(n_keys - 1) + math.log(weight / (1 - weight)))
