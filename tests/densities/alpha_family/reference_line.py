"""The published density on the line, integrated with many nodes in numpy: slow and plain."""

import math

import numpy as np


def mean_of_bumps(location, sigma2, alpha, domain, *, centers, width, n_panels=400):
    """E_p[exp(-((t - center) / width)^2 / 2) | t in domain] for every center."""
    edge = 9 * math.sqrt(sigma2) if alpha == 1 else half_support(sigma2, alpha)
    low, high = (max(-1.0, min(1.0, (end - location) / edge)) for end in domain)
    start, stop = math.asin(low), math.asin(high)
    nodes, weights = np.polynomial.legendre.leggauss(16)
    corners, step = np.linspace(start, stop, n_panels, endpoint=False), (stop - start) / n_panels
    angles = (corners[:, None] + step * (1 + nodes) / 2).ravel()
    offsets = edge * np.sin(angles)
    heights = np.exp(-(offsets**2) / (2 * sigma2))
    if alpha > 1:
        heights = np.cos(angles) ** (2 / (alpha - 1))
    masses = heights * np.cos(angles) * np.tile(weights, n_panels)
    values = np.exp(-(((location + offsets[:, None] - centers) / width) ** 2) / 2)
    return masses @ values / max(masses.sum(), 1e-300)


def half_support(sigma2, alpha):
    """R sigma^(2 / (alpha + 1)) of Martins et al. 2022."""
    e = alpha - 1
    log_base = math.lgamma(0.5 + alpha / e) - math.lgamma(alpha / e) - math.log(math.pi) / 2
    log_base += math.log(2 / e) / e
    return math.exp(log_base * e / (2 + e)) * sigma2 ** (1 / (alpha + 1))
