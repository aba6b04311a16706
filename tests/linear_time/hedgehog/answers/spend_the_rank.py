"""Answers to spend-the-rank."""

import torch


def right(n_tokens, n_features):
    """All tokens that have no feature of their own share the last one."""
    features = torch.zeros(n_tokens, n_features, dtype=torch.float64)
    for token in range(n_tokens):
        features[token, min(token, n_features - 1)] = 2.0
    return features


def one_for_each(n_tokens, n_features):
    return torch.eye(n_tokens, dtype=torch.float64)


def signed(n_tokens, n_features):
    return -right(n_tokens, n_features)


def the_first_alone(n_tokens, n_features):
    return torch.eye(n_tokens, n_features, dtype=torch.float64)


def with_a_constant(n_tokens, n_features):
    return right(n_tokens, n_features) + 0.1


def one_feature_idle(n_tokens, n_features):
    wide = right(n_tokens, max(n_features - 1, 1))
    return torch.cat([wide, wide.new_zeros(n_tokens, n_features - wide.shape[1])], 1)


def overlapping(n_tokens, n_features):
    features = right(n_tokens, n_features)
    return features + 0.5 * features.roll(1, 0)


def random(n_tokens, n_features):
    generator = torch.Generator().manual_seed(0)
    return torch.rand(n_tokens, n_features, generator=generator, dtype=torch.float64)


WRONG = {
    "a table": [one_for_each],
    "not negative": [signed],
    "every row reads": [the_first_alone],
    "all of it": [with_a_constant, one_feature_idle, overlapping, random],
}
