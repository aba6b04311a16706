"""What the suite hands to a mechanism: a few queries and keys, the smallest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

__all__ = ["Case", "cases"]

N_QUERIES, N_FEATURES, MOST_GATES = 2, 3, 8


@dataclass(frozen=True)
class Case:
    """Queries and keys to be weighed.

    Parameters
    ----------
    queries, keys : Tensor
        (query, feature) and (key, feature); keys have length one.
    chances : Tensor
        (key, gate), from 0 to 1: a mechanism makes the gates of each key of them.
    spare : Tensor
        (feature,): a direction in which to move keys, or a key to put in another's place.
    order : Tensor
        A permutation of the keys other than their own order.
    mask : Tensor or None
        (key,); true where a key may be attended.
    """

    queries: Tensor
    keys: Tensor
    chances: Tensor
    spare: Tensor
    order: Tensor
    mask: Tensor | None = None

    def permuted(self) -> "Case":
        """The same keys, with their gates, in another order."""
        return replace(self, keys=self.keys[self.order], chances=self.chances[self.order])

    def shifted(self) -> "Case":
        """Half the spare direction added to every key."""
        return replace(self, keys=self.keys + self.spare / 2)

    def scaled(self) -> "Case":
        """Every query three times as long."""
        return replace(self, queries=3 * self.queries)

    def with_another_rival(self) -> "Case":
        """The first key alone with the spare one, and copies of it, in the others' places."""
        return replace(self, keys=torch.cat([self.keys[:1], self.spare.expand_as(self.keys[1:])]))

    def hidden(self) -> "Case":
        """No key may be attended."""
        return replace(self, mask=torch.zeros(len(self.keys), dtype=torch.bool))


def cases(*, positive: bool = False) -> Iterator[Case]:
    """Random cases from two keys to thirteen, with short and long queries; always the same."""
    generator = torch.Generator().manual_seed(0)
    for n_keys in (2, 3, 5, 7, 13):
        for spread in (0.5, 1.0, 2.0, 4.0):
            yield _case(n_keys, spread, generator, positive=positive)


def _case(n_keys: int, spread: float, generator: torch.Generator, *, positive: bool) -> Case:
    def normal(*shape: int) -> Tensor:
        drawn = torch.randn(*shape, generator=generator, dtype=torch.float64)
        return drawn.abs() + 0.1 if positive else drawn

    unit = torch.nn.functional.normalize
    return Case(
        queries=spread * normal(N_QUERIES, N_FEATURES),
        keys=unit(normal(n_keys, N_FEATURES), dim=-1),
        chances=torch.rand(n_keys, MOST_GATES, generator=generator, dtype=torch.float64),
        spare=unit(normal(N_FEATURES), dim=-1),
        order=torch.arange(n_keys).flip(0),
    )
