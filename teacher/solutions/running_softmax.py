r"""Kept are the largest score so far, the sum of exponentials relative to it, and the sum of values
under the same exponentials. When a score exceeds the largest, both sums were made relative to the
old one and are too large by $e^{m' - m}$: one factor corrects both. Before the first token the
largest is $-\infty$, and the factor is a clean zero.

Without the maximum the first law still holds; a thousand more, and every exponential is infinite.
With the first score as the reference a later one that stands 800 higher does the same."""

import torch


def running_reads(scores, values):
    """Three things from token to token: a maximum and two sums relative to it."""
    top, mass, weighted = scores[0], torch.zeros_like(scores[0]), torch.zeros_like(values[0])
    found = []
    for score, value in zip(scores, values, strict=True):
        higher = torch.maximum(top, score)
        old, new = torch.exp(top - higher), torch.exp(score - higher)
        mass, weighted, top = old * mass + new, old * weighted + new * value, higher
        found.append(weighted / mass)
    return torch.stack(found)
