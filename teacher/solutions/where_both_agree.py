r"""The bracket of $q$ ends at $f = \max f - 1/(\alpha-1)$, that of $p$ at $\tau$. They agree if
and only if $\tau = \max f - 1/(\alpha-1)$, that is if $p$ is one at the maximum and $Z = 1$. With
half support $a$ and $r = 1/(\alpha-1)$, $Z = a\,B(\tfrac12, r+1)$, so $a = 1/B$, and
$a^2 = 2\sigma^2/(\alpha-1)$ gives $\sigma^2 = (\alpha-1)/(2B^2)$. A density is one at its maximum
in one unit of $t$ only. The support of $q$ is $2\sigma^2/(\alpha-1)$ under the root in every unit:
the division takes $f$ for a pure number. That of $p$ goes with $\sigma^{2/(\alpha+1)}$, because
$p^{\alpha-1}$ and $f$ share a unit.
"""

import math


def agreeing_width(alpha):
    power = 1 / (alpha - 1)
    log_beta = math.lgamma(0.5) + math.lgamma(power + 1) - math.lgamma(power + 1.5)
    return math.sqrt((alpha - 1) / 2) * math.exp(-log_beta)
