r"""Two derivatives: $\partial a_j/\partial z_i = a_j(\delta_{ij} - a_i)$, and that of $H$ by $a_j$,
$-(\log a_j + 1)$. Together the slope is $-a_i(\log a_i + H)$: the weight times its surprise above
the mean surprise $H$. Instances that surprise less than the mean are pushed down. The heaviest one
is pushed hardest when it has somewhat more than half of the weight; where it has all, the slope is
zero and nothing moves.
"""

import torch


def entropy_slope(scores):
    logs = scores - scores.logsumexp(-1)
    weights = logs.exp()
    surprise = torch.where(weights > 0, -logs, torch.zeros_like(logs))
    return weights * (surprise - (weights * surprise).sum())
