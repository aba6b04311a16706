"""Answers to "what-the-norm-moves": one that is right, and mistakes that each break a law."""

import math

import torch


def right(query, keys):
    """Coordinate by coordinate, with plain numbers."""
    r = math.sqrt(sum(x * x for x in query.tolist()))
    p, dp = 3 * (0.5 + math.tanh(r)), 3 / math.cosh(r) ** 2
    masses, changes = [], []
    for key in keys.tolist():
        pairs = [
            (abs(a) / r, abs(b)) for a, b in zip(query.tolist(), key, strict=True) if a * b > 0
        ]
        masses.append(sum(u**p * b**3 for u, b in pairs))
        changes.append(dp * sum(u**p * math.log(u) * b**3 for u, b in pairs))
    total, moved = sum(masses), sum(changes)
    slopes = [c / total - m * moved / total**2 for m, c in zip(masses, changes, strict=True)]
    return torch.tensor(slopes, dtype=keys.dtype)


def _masses(query, keys, log_of="direction"):
    r = query.norm()
    u = query.abs() / r
    seen = (query * keys > 0).to(keys.dtype)
    lifted = u ** (3 * (0.5 + r.tanh())) * keys.abs() ** 3 * seen
    logs = u.log() if log_of == "direction" else query.abs().log()
    return r, lifted.sum(-1), (lifted * logs).sum(-1)


def _slopes(mass, change):
    return change / mass.sum() - mass * change.sum() / mass.sum() ** 2


def sum_is_held_fixed(query, keys):
    r, mass, change = _masses(query, keys)
    return (1 - r.tanh() ** 2) * 3 * change / mass.sum()


def relative_changes(query, keys):
    r, mass, change = _masses(query, keys)
    seen = mass > 0
    own = torch.where(seen, change / torch.where(seen, mass, 1.0), 0.0)
    return 3 * (1 - r.tanh() ** 2) * (own - change.sum() / mass.sum())


def by_the_exponent(query, keys):
    _, mass, change = _masses(query, keys)
    return _slopes(mass, change)


def tanh_for_its_slope(query, keys):
    r, mass, change = _masses(query, keys)
    return 3 * r.tanh() * _slopes(mass, change)


def no_quotient(query, keys):
    r, mass, change = _masses(query, keys)
    return 3 * (1 - r.tanh() ** 2) * (change - mass * change.sum() / mass.sum())


def without_the_three(query, keys):
    return right(query, keys) / 3


def by_the_logarithm_of_the_norm(query, keys):
    return query.norm() * right(query, keys)


def wrong_way(query, keys):
    return -right(query, keys)


def by_a_finite_step(query, keys):
    """Five points, at the step that is best for them."""
    norm, unit, step = query.norm(), query / query.norm(), 1e-3

    def weights(r):
        mass = _masses(r * unit, keys)[1]
        return mass / mass.sum()

    near = weights(norm + step) - weights(norm - step)
    far = weights(norm + 2 * step) - weights(norm - 2 * step)
    return (8 * near - far) / (12 * step)


WRONG = {
    "sum of zero": [sum_is_held_fixed, relative_changes],
    "at the end": [by_the_exponent, tanh_for_its_slope],
    "scaled keys": [no_quotient],
    "a small step": [without_the_three, by_the_logarithm_of_the_norm, wrong_way],
    "every digit": [by_a_finite_step],
}
