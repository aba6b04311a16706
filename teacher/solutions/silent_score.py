r"""The silent key must take the share $1 - \sigma(g) = 1/(1 + e^g)$ of the row, so that the odds of
all other keys against it are $e^g$: $\sum_j e^{z_j} / e^{z_0} = e^g$. Hence $z_0 = \log \sum_j
e^{z_j} - g$. It depends on the whole row, where an inner product of a query with one fixed key
cannot: a head that has only a sink must hit it as well as it can.
"""

import torch


def silent_score(scores, gate):
    return torch.logsumexp(scores, dim=-1) - gate
