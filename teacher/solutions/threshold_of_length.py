r"""$\mathbb{E}[z-\tau]_+ = \varphi(\tau) - \tau (1-\Phi(\tau))$: the integral of $z\varphi$ above
$\tau$ is $\varphi(\tau)$, that of $\tau\varphi$ is $\tau$ times the tail. It falls from infinity to
zero, so that $n$ times it is one at exactly one $\tau$, which halving finds. It grows like
$\sqrt{2\log n}$ and stays below: the sum needs some keys above it. Sparsemax finds its threshold
from the row, whatever the row's distribution; this one has to be told the length and the spread.
"""

import math


def threshold_for(n_keys):
    low, high = -1.0 - 1.0 / n_keys, 40.0
    for _ in range(100):
        middle = (low + high) / 2
        tail = math.erfc(middle / math.sqrt(2)) / 2
        height = math.exp(-(middle**2) / 2) / math.sqrt(2 * math.pi)
        if n_keys * (height - middle * tail) > 1:
            low = middle
        else:
            high = middle
    return low
