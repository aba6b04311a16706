r"""The threshold rises with every score, by no more than the largest rise. Rounded down, each score
loses less than one bin, so that the rounded row's threshold is too low by less than a bin. That
row has at most $B + 1$ different scores that matter, with counts; walking down the edges, the mass
above an edge is a sum over counts, and between two edges the threshold solves one linear equation.
The best score stands on an edge, because the bins are measured from it.
"""

import torch


def bracket_by_counts(scores, n_bins):
    best = scores.max()
    bins = torch.ceil((best - scores) * n_bins).long()
    counts = torch.bincount(bins[bins <= n_bins], minlength=n_bins + 1).to(scores.dtype)
    edges = best - torch.arange(n_bins + 1, dtype=scores.dtype) / n_bins
    n_above, sum_above = counts.cumsum(0), (counts * edges).cumsum(0)
    candidates = (sum_above - 1) / n_above
    low = candidates.max()
    return torch.stack([low, low + 1 / n_bins])
