"""Plug-in information, and Miller's correction.

The information is the mean logarithm of a cell's share over the product of its margins; cells that
hold nothing add nothing. Under independence twice N times it is nearly a chi-square with (K_x - 1)
(K_y - 1) degrees of freedom, whose mean is that number: so the bias is that over 2N. More bins
give more freedom, and look more informative until it is taken off. The result may lie below zero.
"""

import torch


def told_beyond_chance(counts):
    shares = counts.double() / counts.sum()
    rows, columns = shares.sum(1, keepdim=True), shares.sum(0, keepdim=True)
    found = torch.special.xlogy(shares, shares) - torch.special.xlogy(shares, rows * columns)
    freedom = ((rows > 0).sum() - 1) * ((columns > 0).sum() - 1)
    return found.sum() - freedom / (2 * counts.sum())
