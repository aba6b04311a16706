r"""Each cluster makes a softmax of its own over the keys it took, for the queries it took, and a
query's rows are averaged over its clusters. A query that nobody took has no cluster to average and
keeps zeros, once the division by none is caught. The mean is not a softmax over the union of keys:
a cluster of low scores has as much weight as one of high scores.
"""

import torch


def weigh_by_clusters(scores, of_query, of_key):
    total = torch.zeros_like(scores)
    for mine, theirs in zip(of_query, of_key, strict=True):
        if theirs.any():
            weights = scores.masked_fill(~theirs, -torch.inf).softmax(-1)
            total += mine[:, None] * weights
    return total / of_query.sum(0)[:, None].clamp_min(1)
