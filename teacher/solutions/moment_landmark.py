r"""With $z_j = \bar z + x_j$ the sum of exponentials is $B e^{\bar z}$ times the mean of $e^{x_j}$,
and that mean is $1 + \sigma^2/2$ to second order, since the mean of $x$ is zero. Its log is half
the variance. For many normal scores this is right beyond second order, and so one writes half the
variance and not the logarithm of one plus it, though both are right to this order.
"""

import math


def landmark_of(mean, variance, n_keys):
    return mean + math.log(n_keys) + variance / 2
