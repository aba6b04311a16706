"""What can be true of weights: each property is two things that are equal where it holds."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from attnkit.cards.cases import Case
from attnkit.cards.mechanism import Mechanism, ScoreMap, scores

__all__ = ["Property"]

SHIFT = 1.5


@dataclass(frozen=True)
class Property:
    """Two tensors (query, something) of a case, and what they are in words."""

    left: str
    right: str
    sides: Callable[[Mechanism, Case], tuple[Tensor, Tensor]]


def _property(left: str, right: str) -> Callable[[Callable], Property]:
    return lambda sides: Property(left, right, sides)


@_property("the weights sum to", "not to")
def sum_is_one(mechanism: Mechanism, case: Case):
    """Every row sums to one."""
    total = mechanism.weights(case).sum(-1, keepdim=True)
    return total, torch.ones_like(total)


@_property("one query's weights sum to", "another's to")
def sum_is_constant(mechanism: Mechanism, case: Case):
    """Every row has the same sum."""
    total = mechanism.weights(case).sum(-1, keepdim=True)
    return total, total.roll(1, 0)


@_property("keys with a weight", "of")
def every_key_counts(mechanism: Mechanism, case: Case):
    """No weight is exactly zero."""
    counted = (mechanism.weights(case) != 0).double().sum(-1, keepdim=True)
    return counted, torch.full_like(counted, len(case.keys))


@_property("keys with a weight", "and not")
def one_key_counts(mechanism: Mechanism, case: Case):
    """One weight of a row is not zero."""
    counted = (mechanism.weights(case) != 0).double().sum(-1, keepdim=True)
    return counted, torch.ones_like(counted)


@_property("one draw gives", "another")
def same_each_time(mechanism: Mechanism, case: Case):
    """Chance has no say."""
    return mechanism.weights(case), mechanism.weights(case, draw=1)


@_property("the weights are", "which are not")
def no_negative_weight(mechanism: Mechanism, case: Case):
    """No weight is below zero."""
    weights = mechanism.weights(case)
    return weights, weights.clamp_min(0)


@_property("the first key has", "with other rivals")
def rivals_do_not_matter(mechanism: Mechanism, case: Case):
    """A key's weight depends on no other key."""
    return mechanism.weights(case)[:, :1], mechanism.weights(case.with_another_rival())[:, :1]


@_property("the weights are", f"and with {SHIFT} added to every score")
def score_shift_changes_nothing(mechanism: ScoreMap, case: Case):
    """A constant added to every score changes no weight."""
    z = scores(case)
    return mechanism.of_scores(z), mechanism.of_scores(z + SHIFT)


@_property("the weights are", "and with one vector added to every key")
def key_shift_changes_nothing(mechanism: Mechanism, case: Case):
    """A vector added to every key changes no weight."""
    return mechanism.weights(case), mechanism.weights(case.shifted())


@_property("the weights are", "and with the keys in another order, put back,")
def order_does_not_matter(mechanism: Mechanism, case: Case):
    """Keys in another order have the same weights."""
    return mechanism.weights(case)[:, case.order], mechanism.weights(case.permuted())


@_property("the weights are", "and with every query three times as long")
def scale_does_not_matter(mechanism: Mechanism, case: Case):
    """A longer query gives the same weights."""
    return mechanism.weights(case), mechanism.weights(case.scaled())


@_property("with every key masked the weights are", "and not")
def nothing_where_nothing_is_attended(mechanism: Mechanism, case: Case):
    """A row that may attend no key is zero."""
    weights = mechanism.weights(case.hidden())
    return weights, torch.zeros_like(weights)


@_property("with every key masked the weights are", "and not")
def evenly_where_nothing_is_attended(mechanism: Mechanism, case: Case):
    """A row that may attend no key is uniform."""
    weights = mechanism.weights(case.hidden())
    return weights, torch.full_like(weights, 1 / len(case.keys))
