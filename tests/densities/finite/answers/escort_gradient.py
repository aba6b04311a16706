"""Answers to "escort-gradient": by solving for the multiplier, and five slips."""

import torch


def right(weights, upstream, alpha):
    """Solve the bordered linear system of the optimality conditions on the support."""
    inside = weights.nonzero()[:, 0]
    size = len(inside)
    system = torch.zeros(size + 1, size + 1, dtype=weights.dtype)
    system[:size, :size] = torch.diag(weights[inside] ** (alpha - 2))
    system[:size, size] = system[size, :size] = 1.0
    wanted = torch.cat([upstream[inside], upstream.new_zeros(1)])
    gradient = torch.zeros_like(weights)
    gradient[inside] = torch.linalg.solve(system, wanted)[:size]
    return gradient


def softmax_rule(weights, upstream, alpha):
    return weights * (upstream - weights @ upstream)


def _escort(weights, alpha):
    supported = weights > 0
    return torch.where(supported, weights.where(supported, 1.0) ** (2 - alpha), 0.0)


def not_divided(weights, upstream, alpha):
    escort = _escort(weights, alpha)
    return escort * (upstream - escort @ upstream)


def mean_not_taken_off(weights, upstream, alpha):
    return _escort(weights, alpha) * upstream


def zero_to_the_zero(weights, upstream, alpha):
    escort = (weights.clamp(min=1e-300)) ** max(2 - alpha, 0.0)
    return escort * (upstream - (escort @ upstream) / escort.sum())


def plain_mean(weights, upstream, alpha):
    """Takes off the mean of the result over the support, not under the escort density."""
    pull = _escort(weights, alpha) * upstream
    supported = (weights > 0).to(pull)
    return pull - supported * pull.sum() / supported.sum()


def power_of_the_density(weights, upstream, alpha):
    escort = torch.where(weights > 0, weights ** (alpha - 1), 0.0)
    return escort * (upstream - (escort @ upstream) / escort.sum())


WRONG = {
    "no pull on a constant": [not_divided, mean_not_taken_off],
    "nothing without weight": [zero_to_the_zero],
    "symmetric": [plain_mean],
    "slope": [softmax_rule, power_of_the_density],
}
