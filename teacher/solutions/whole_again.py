r"""Standardised scores sum to zero, so the added number must sum to one by itself: 1 over the count
of the seen keys. It depends on the row's length, and one bias for all rows is right at one length
only: a row twice as long then sums to two. Mean and deviation are taken over the seen keys, and
what is not seen is set to zero at the end, after the bias.
"""

import torch


def weigh_whole(scores, seen, gain):
    held = scores[seen]
    deviation = (held - held.mean()).square().mean().sqrt()
    weights = torch.zeros_like(scores)
    weights[seen] = gain * (held - held.mean()) / deviation + 1 / len(held)
    return weights
