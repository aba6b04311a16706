"""Kernel densities by scipy: roots by brentq on a fine grid, short Gauss panels, tau by brentq."""

import itertools

import numpy as np
from scipy.optimize import brentq

NODES, WEIGHTS = np.polynomial.legendre.leggauss(30)


class Reference:
    """The density of a score, a function of an array, on [0, 1] for 1 < alpha <= 2."""

    def __init__(self, score, alpha, *, cuts=()):
        self.score, self.alpha = score, alpha
        self.cuts = np.sort(np.concatenate([np.linspace(0, 1, 51), cuts]))
        self.grid = np.linspace(0, 1, 4001)
        self.values = score(self.grid)
        top = self.values.max()
        below = top - 1.0
        while self._mass(below) < 1:
            below = top - 2 * (top - below)
        self.threshold = brentq(lambda tau: self._mass(tau) - 1, below, top - 1e-12, xtol=1e-15)

    def intervals(self, tau=None):
        tau = self.threshold if tau is None else tau
        above = self.values > tau
        ends = [] if not above[0] else [self.grid[0]]
        for i in np.flatnonzero(above[1:] != above[:-1]):
            ends.append(brentq(lambda t: self.score(t) - tau, *self.grid[i : i + 2], xtol=1e-15))
        if above[-1]:
            ends.append(self.grid[-1])
        return list(zip(ends[::2], ends[1::2], strict=True))

    def density(self, t, tau=None):
        tau = self.threshold if tau is None else tau
        return np.maximum((self.alpha - 1) * (self.score(t) - tau), 0) ** (1 / (self.alpha - 1))

    def expectation(self, function, tau=None):
        panels = [
            panel
            for low, high in self.intervals(tau)
            for panel in itertools.pairwise([low, *self._between(low, high), high])
        ]
        if not panels:
            return 0.0
        starts, stops = np.array(panels).T[..., None]
        t = starts + (stops - starts) * (NODES + 1) / 2
        return float(((stops - starts) / 2 * WEIGHTS * self.density(t, tau) * function(t)).sum())

    def _between(self, low, high):
        return self.cuts[(self.cuts > low) & (self.cuts < high)]

    def _mass(self, tau):
        return self.expectation(np.ones_like, tau)
