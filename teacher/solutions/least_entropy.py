r"""Let the high score be $a$ and the others $-a/(n-1)$, so that the mean is zero. The norm gives
$a^2(1 + 1/(n-1)) = s^2$, hence $a = s\sqrt{(n-1)/n}$, and the gap to the others is
$a + a/(n-1) = s\sqrt{n/(n-1)}$. With $b = e^{-\text{gap}}$ the weights are $1/Z$ and $b/Z$ with
$Z = 1 + (n-1)b$, and the entropy is $\log Z$ plus the gap times the weight of the low keys.
"""

import math


def least_entropy(norm, n_keys):
    gap = norm * math.sqrt(n_keys / (n_keys - 1))
    low = (n_keys - 1) * math.exp(-gap)
    return math.log1p(low) + gap * low / (1 + low)
