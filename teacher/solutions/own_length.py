r"""Row $i$ sees $i + 1$ tokens, so that its factor is $s \log(i + 1)$: a column. The first row's is
zero, and its single key has weight one all the same. Were $n$ the length of the whole text, the
factor would be one constant for all rows, a temperature, and every new token would change the
weights of all rows before it. The later tokens are silenced after the scaling.
"""

import torch


def weigh_causal(scores, scale):
    lengths = torch.arange(1, len(scores) + 1, dtype=scores.dtype)
    logits = scale * lengths.log()[:, None] * scores
    ahead = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return logits.masked_fill(ahead, -torch.inf).softmax(-1)
