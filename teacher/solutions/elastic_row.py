r"""Softmax over the attended keys alone, then one share $\tau/n$ for each of them, where $n$ counts
them and not the masked ones, then the cut at zero. The mask is used twice: the second time
because a positive offset would otherwise pay keys that nobody may see.
"""

import torch


def keep_above(scores, mask, offset):
    shares = scores.masked_fill(~mask, -torch.inf).softmax(-1)
    kept = torch.relu(shares + offset / mask.sum())
    return kept * mask
