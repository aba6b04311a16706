r"""Amplitude and plateau stretch and lift the curve and leave its top where it is. The derivative
by $x$ is $e^{-\lambda x}(1/x - \lambda \log x)$, so at the top $x \log x = 1/\lambda$. With
$w = \log x$ this is $w e^w = 1/\lambda$: $w$ is Lambert's W, and $t = (e^w - t_0)/\gamma$. Without
scipy, Newton's method on $w + \log w = -\log \lambda$ needs a handful of steps.
"""

import math

from scipy.special import lambertw


def largest_step(decay, rate, offset):
    logarithm = float(lambertw(1 / decay).real)
    return (math.exp(logarithm) - offset) / rate
