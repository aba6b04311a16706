"""Answers to "sink-rate": one that is right, and mistakes that each break a law."""

import numpy as np
import torch


def right(weights, threshold):
    n_tokens = weights.shape[-1]
    heads = weights.reshape(-1, n_tokens, n_tokens).numpy()
    shares = [heads[:, key:, key].mean(1) for key in range(n_tokens)]
    return torch.from_numpy(np.stack(shares, 1) > threshold).to(weights.dtype).mean(0)


def the_shares_themselves_added(weights, threshold):
    return weights.flatten(0, 1).sum(1).mean(0)


def one_rate_for_all(weights, threshold):
    return (weights > threshold).double().mean().reshape(1)


def the_mean_over_heads_compared(weights, threshold):
    seen = torch.arange(weights.shape[-1], 0, -1)
    return (weights.flatten(0, 1).mean(0).sum(0) / seen > threshold).double()


def divided_by_all_queries(weights, threshold):
    return (weights.flatten(0, 1).mean(1) > threshold).double().mean(0)


def weights_counted_and_not_shares(weights, threshold):
    n_tokens = weights.shape[-1]
    above = (weights.flatten(0, 1) > threshold).double().sum(1)
    return (above / torch.arange(n_tokens, 0, -1)).mean(0)


def the_largest_weight(weights, threshold):
    seen = torch.arange(weights.shape[-1], 0, -1)
    own = torch.diagonal(weights.flatten(0, 1), dim1=-2, dim2=-1)
    return (torch.maximum(own / seen, weights.flatten(0, 1).mean(1)) > threshold).double().mean(0)


WRONG = {
    "a share of heads": [the_shares_themselves_added, one_rate_for_all],
    "heads are counted": [the_mean_over_heads_compared, weights_counted_and_not_shares],
    "every token for itself": [divided_by_all_queries],
    "against loops": [the_largest_weight],
}
