r"""Row i, counted from zero, sees i + 1 keys, so that the column of scales is the logarithm of one
to n over that of the length of training, and at least one. The first row that changes is the first
that sees more keys than any row did in training. A causal layer with one scale for the whole
matrix would change short rows as well, for whom nothing was wrong.
"""

import math

import torch


def weigh_rows(scores, n_train):
    n = len(scores)
    seen = torch.arange(1, n + 1, dtype=scores.dtype)
    scale = (seen.log() / math.log(n_train)).clamp_min(1)
    hidden = torch.ones(n, n, dtype=torch.bool).triu(1)
    return (scale[:, None] * scores).masked_fill(hidden, -math.inf).softmax(-1)
