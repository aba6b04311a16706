"""Answers to "free-intercept": least squares on an augmented design, and five slips."""

import torch


def right(features, targets, level, new_features):
    """Stack sqrt(level) I below, with a column of ones above and zeros below; then lstsq."""
    n_samples, n_features = features.shape
    kept = torch.cat([features, torch.ones(n_samples, 1).double()], dim=1)
    held = torch.cat([level**0.5 * torch.eye(n_features), torch.zeros(n_features, 1)], dim=1)
    wanted = torch.cat([targets, torch.zeros(n_features).double()])
    solution = torch.linalg.lstsq(torch.cat([kept, held.double()]), wanted[:, None]).solution
    return (torch.cat([new_features, torch.ones(len(new_features), 1)], 1) @ solution)[:, 0]


def _values(features, targets, level):
    identity = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.mT @ features + level * identity, features.mT @ targets)


def no_intercept(features, targets, level, new_features):
    return new_features @ _values(features, targets, level)


def penalised_intercept(features, targets, level, new_features):
    def widened(rows):
        return torch.cat([rows, torch.ones(len(rows), 1).double()], dim=1)

    return widened(new_features) @ _values(widened(features), targets, level)


def only_targets_centred(features, targets, level, new_features):
    return targets.mean() + new_features @ _values(features, targets - targets.mean(), level)


def no_penalty(features, targets, level, new_features):
    centre = features.mean(0)
    values = torch.linalg.pinv(features - centre) @ (targets - targets.mean())
    return targets.mean() + (new_features - centre) @ values


def level_per_sample(features, targets, level, new_features):
    return right(features, targets, level * len(targets), new_features)


def own_centre(features, targets, level, new_features):
    """Takes the new features' own mean off them."""
    values = _values(features - features.mean(0), targets - targets.mean(), level)
    return targets.mean() + (new_features - new_features.mean(0)) @ values


WRONG = {
    "free intercept": [no_intercept, penalised_intercept],
    "origin": [only_targets_centred],
    "heavy penalty": [no_penalty],
    "other form": [level_per_sample, own_centre],
}
