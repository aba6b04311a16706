r"""The valley runs dry when the threshold reaches its level: $\tau = H v$. Put this into mass one:
$\int [(\alpha-1) H (g - v)]_+^{1/(\alpha-1)} dt = 1$. Now $H$ is the only unknown, and it comes
out of the integral as the power $1/(\alpha-1)$, so $H = \bigl(\int [(\alpha-1)(g -
v)]_+^{1/(\alpha-1)} dt\bigr)^{-(\alpha-1)}$. Above that height the threshold has risen further in
units of $H$, so the valley stays dry.
"""


def critical_height(shape, spacing, valley, alpha):
    above = ((alpha - 1) * (shape - valley)).clamp(min=0)
    return (spacing * (above ** (1 / (alpha - 1))).sum()) ** (1 - alpha)
