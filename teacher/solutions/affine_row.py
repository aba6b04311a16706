r"""Softmax times $\alpha$ sums to $\alpha$, and $\bar\alpha$ is wanted: the difference goes to the
attended keys in equal parts. Where $\alpha > \bar\alpha$ it is taken off, and keys with little
attention go below zero: the head then subtracts their values.
"""

import torch


def stretch(scores, mask, scale, mean_scale):
    shares = scores.masked_fill(~mask, -torch.inf).softmax(-1)
    added = (mean_scale - scale) / mask.sum()
    return torch.where(mask, scale * shares + added, torch.zeros_like(scores))
