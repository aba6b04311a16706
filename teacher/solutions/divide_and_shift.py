r"""$e$ vanishes below $-1/(\alpha-1)$, a place that does not move with the row. Put the best key
at zero and all others just there: one key has all the weight. Add a huge constant $c$: now every
entry is about $[(\alpha-1)c]^{1/(\alpha-1)}$ and the row is nearly even. The threshold of entmax
moves with the scores, so that both rows are one-hot there: the best key is ahead by exactly the
critical gap.
"""

import torch


def scores_and_constant(n_keys, alpha):
    scores = torch.full((n_keys,), -1 / (alpha - 1), dtype=torch.float64)
    scores[0] = 0.0
    return scores, 1e4
