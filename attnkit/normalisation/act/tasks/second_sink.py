"""Turn down every sink of a causal map but the first."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SECOND_SINK"]


def maps(generator, variant):
    """Causal maps whose first key may or may not be a sink, and two later ones that are."""
    n = variant["n_tokens"]
    causal = torch.ones(n, n, dtype=torch.bool).tril()
    for first in (3.0, -3.0):
        scores = torch.randn(n, n, generator=generator, dtype=torch.float64)
        scores[:, 0] += first
        scores[:, 2] += 2.0
        scores[:, n - 3] += 3.0
        weights = scores.masked_fill(~causal, -torch.inf).softmax(-1)
        yield {"weights": weights, "beta": 0.4, "threshold": 0.18}


def flagged(weights, threshold):
    """Which keys are turned down, key after key."""
    n = len(weights)
    means = [weights[k:, k].sum().item() / (n - k) for k in range(n)]
    found = [k for k in range(n) if means[k] > threshold]
    return torch.tensor([k in found[1:] for k in range(n)])


@law("the sum", "Every row sums to one, as before.", cases=maps)
def the_sum(answer, weights, beta, threshold):
    total = answer(weights, beta, threshold).sum(-1)
    return compare.against(total, torch.ones(len(weights)), what="the sums of the rows")


@law("nothing to do", "At beta one, and below no threshold, nothing changes.", cases=maps)
def nothing_to_do(answer, weights, beta, threshold):
    for tried in ((1.0, threshold), (beta, 1.0)):
        if told := compare.against(answer(weights, *tried), weights, what="the weights"):
            return told
    return None


@law("turned down", "A flagged weight is multiplied by beta.", cases=maps)
def turned_down(answer, weights, beta, threshold):
    columns = flagged(weights, threshold)
    calibrated = answer(weights, beta, threshold)
    alone = (weights[:, ~columns].sum(-1) == 0)[:, None]
    wanted = torch.where(alone, weights, beta * weights)[:, columns]
    return compare.against(calibrated[:, columns], wanted, what="the flagged weights")


@law("one factor", "All other weights of a row grow by one factor.", cases=maps)
def one_factor(answer, weights, beta, threshold):
    columns = flagged(weights, threshold)
    kept = weights[:, ~columns].sum(-1, keepdim=True)
    factor = (1 - beta * (1 - kept)) / kept
    wanted = (factor * weights)[:, ~columns]
    calibrated = answer(weights, beta, threshold)
    return compare.against(calibrated[:, ~columns], wanted, what="the other weights")


SECOND_SINK = Task(
    name="second-sink",
    title="The second sink",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Calibrate a trained map without training it, and without anything of attnkit: write
`turn_down(weights, beta, threshold)` for a causal map (query, key) whose rows sum to one. A key
is a sink if its mean weight, over the queries that see it, is above the threshold. The first sink
may stay. Multiply the others by $\beta$, and hand what they lose to all other keys of the row in
proportion to their weights. The map has {n_tokens} tokens. Two places to slip: how many queries
see a key, and *which* sink is the first.
""",
    hints=(
        "The last key is seen by one query: what is its mean weight, and what is yours?",
        "List the sinks in their order and strike out the first of the list, whatever key it is.",
        "In each row one number does it: what the kept keys must sum to, over what they sum to.",
    ),
    placeholder='''
def turn_down(weights, beta, threshold):
    """Calibrated weights (query, key) of a causal map (query, key)."""
    return torch.full_like(weights, float("nan"))
''',
    laws=(the_sum, nothing_to_do, turned_down, one_factor),
    variants={"n_tokens": (11, 13, 17)},
    library={},
)
