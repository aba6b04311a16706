"""Slow, readable versions of what the room computes fast."""

import math

import torch


def sphere_tokens(n_samples, n_keys, width, *, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.randn(n_samples, n_keys + 1, width, generator=generator, dtype=dtype)
    tokens = tokens / tokens.norm(dim=-1, keepdim=True)
    return tokens[:, 0], tokens[:, 1:]


def with_constant(token):
    return torch.cat([token, torch.ones(1, dtype=token.dtype)])


def head_readout(matrix, query, keys, *, softmax=False):
    """One head, one sample, in loops: sum_i weight_i k_i."""
    query = with_constant(query)
    keys = [with_constant(key) for key in keys]
    scores = [float(query @ matrix @ key) for key in keys]
    if softmax:
        total = sum(math.exp(s) for s in scores)
        weights = [math.exp(s) / total for s in scores]
    else:
        weights = [max(s, 0.0) / len(keys) for s in scores]
    return sum(w * key for w, key in zip(weights, keys, strict=True))


def ridge_with_intercept(features, targets, level):
    """Normal equations of centred ridge regression; returns coefficients and intercept."""
    centred = features - features.mean(0)
    penalised = centred.T @ centred + level * torch.eye(features.shape[1], dtype=features.dtype)
    coefficients = torch.linalg.solve(penalised, centred.T @ (targets - targets.mean(0)))
    return coefficients, targets.mean(0) - features.mean(0) @ coefficients
