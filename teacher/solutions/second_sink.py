r"""Column $j$ of $n$, counted from zero, is seen by $n - j$ queries: its sum is divided by that.
The sinks are those above the threshold, without the first of them. In a row whose flagged
weights sum to $s$, the others must sum to $1 - \beta s$ and sum to $1 - s$ now: that ratio is
their factor.
"""

import torch


def turn_down(weights, beta, threshold):
    n = len(weights)
    means = weights.sum(0) / torch.arange(n, 0, -1)
    sinks = torch.nonzero(means > threshold).flatten()[1:]
    s = weights[:, sinks].sum(-1, keepdim=True)
    calibrated = weights * (1 - beta * s) / (1 - s)
    calibrated[:, sinks] = beta * weights[:, sinks]
    return calibrated
