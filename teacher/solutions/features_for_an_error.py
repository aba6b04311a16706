r"""With $u = q + k$ the product $\omega \cdot u$ is normal of variance $|u|^2$, and the mean of its
exponential is $e^{|u|^2/2}$. So the estimate's mean is $e^{|u|^2/2 - (|q|^2 + |k|^2)/2}$, which is
$e^{q \cdot k}$, and the mean of its square $e^{2|u|^2 - |q|^2 - |k|^2}$. Over the squared mean that
is $e^{|u|^2}$: the lengths of $q$ and $k$ are gone. The relative variance of one feature is
$e^{|q+k|^2} - 1$, of $m$ independent ones an $m$-th of it, and $m = (e^{|q+k|^2} - 1)/\epsilon^2$.
At $|q + k| = 4$ a tenth takes 889 million.

Common mistakes: to leave the mean's square out, so that an opposite pair seems to need features;
to take $|q|^2 + |k|^2$; to forget that the error is a root.
"""

import math


def features_needed(query, key, error):
    """The relative variance of one feature over the squared error."""
    return math.expm1(float((query + key).square().sum())) / error**2
