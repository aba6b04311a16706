r"""A causal key $k$ of $T$ is seen by the queries $k, \dots, T$ alone, $T - k + 1$ of them. Its
share is its column's sum over that number: dividing by $T$ would hide every late sink. The
threshold comes after the mean over queries and before the mean over heads: a rate says in how many
heads something happens, which the mean of the shares does not.
"""

import torch


def count_sinks(weights, threshold):
    n_tokens = weights.shape[-1]
    n_seeing = torch.arange(n_tokens, 0, -1, dtype=weights.dtype)
    column_share = weights.sum(-2) / n_seeing
    return (column_share > threshold).to(weights.dtype).flatten(0, 1).mean(0)
