"""Which fixed rate of forgetting is nearest to each head of a trained encoder, and how near?"""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["REAL_RATES", "best_rates", "divergence_at"]

REACH = 20.0
"""Rates from −20 to 20 a token: beyond, one token has all but 2e-9 of a row."""


def best_rates(weights: Tensor) -> Tensor:
    """The log-decay (head,) whose rows are nearest to causal rows (head, query, key) by KL.

    Rows in proportion to e^(ℓ · distance) are an exponential family: the nearest has the mean
    distance of the rows themselves, and that grows with ℓ, so that bisection finds it. A head that
    reads the far more than the near has a positive one.

    Raises
    ------
    ValueError
        For a head whose rate lies beyond the reach.
    """
    wanted = (weights * _distance(weights.shape[-1])).sum(-1).mean(-1)
    low, high = (torch.full_like(wanted, end) for end in (-REACH, REACH))
    for _ in range(60):
        middle = (low + high) / 2
        far = _mean_distance(middle, weights.shape[-1]) > wanted
        low, high = torch.where(far, low, middle), torch.where(far, middle, high)
    if bool((middle.abs() > 0.99 * REACH).any()):
        raise ValueError(f"rates must lie within {REACH}, got {middle.abs().max():g}")
    return middle


def divergence_at(weights: Tensor, rates: Tensor) -> Tensor:
    """KL in nats, mean over queries, (head,), of causal rows from those of a rate each."""
    distance = _distance(weights.shape[-1])
    logarithm = rates[:, None, None] * distance
    later = torch.ones_like(distance, dtype=torch.bool).triu(1)
    logarithm = logarithm.masked_fill(later, -torch.inf).log_softmax(-1).masked_fill(later, 0.0)
    return (torch.special.xlogy(weights, weights) - weights * logarithm).sum(-1).mean(-1)


def _distance(n: int) -> Tensor:
    """i − j for j ≤ i, else 0."""
    place = torch.arange(n, dtype=torch.float64)
    return (place[:, None] - place).clamp_min(0)


def _mean_distance(rates: Tensor, n: int) -> Tensor:
    """Mean over queries of the distance that rows of a rate read at, (head,)."""
    steps = torch.arange(n, dtype=torch.float64)
    logarithm = rates[:, None] * steps
    return (logarithm + steps.log()).logcumsumexp(-1).sub(logarithm.logcumsumexp(-1)).exp().mean(-1)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Of each head, layer after layer: its rate, the KL there, and that of even rows.

    All of it with every token, and without the first, on which many heads rest.
    """
    scores = capture(real().model, passage(case)).scores.double().flatten(0, 1)
    later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
    scores = scores.masked_fill(later, -torch.inf)
    found: dict = {"n": scores.shape[-1]}
    for name, part in (("all", scores), ("without the first", scores[:, 1:, 1:])):
        weights = part.softmax(-1)
        rates = best_rates(weights)
        even = divergence_at(weights, torch.zeros_like(rates))
        numbers = {"rate": rates, "divergence": divergence_at(weights, rates), "even": even}
        found[name] = {kind: rounded(table) for kind, table in numbers.items()}
    return found


REAL_RATES = Experiment(
    name="linear-time-lightning-real",
    title="The fixed rate of forgetting that is nearest to each head of a trained encoder",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
