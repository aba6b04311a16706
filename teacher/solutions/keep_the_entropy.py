r"""Both entropies are to be equal: $\log n - s^2\sigma^2/2 = \log m - \sigma^2/2$ with $m$ the
length of training, hence $s^2 = 1 + 2\log(n/m)/\sigma^2$. It must know the spread of the
scores, which the root of $\log n/\log m$ need not: there both terms of the law grow in proportion
to the logarithm. Near the length of training it agrees with the ratio of logarithms for one spread
only, $\sigma^2 = \log m$.
"""

import math


def keeping_scale(n_keys, n_train, spread):
    return math.sqrt(1 + 2 * math.log(n_keys / n_train) / spread**2)
