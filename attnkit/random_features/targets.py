"""Targets that treat the keys alike: averages of a function of one query-key pair.

f(q, k_1..k_N) = (1/N) sum_i F(q, k_i), with F built from small pieces:
``Match() ** 2 * AlongKey(beta)`` is <q,k>^2 <beta,k>, ``Relu(Match())`` is relu(<q,k>).
Call the pair function for F on every pair, `target` for the average over the keys.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.random_features.features import averaging_weights

__all__ = [
    "AlongKey",
    "AlongQuery",
    "Match",
    "PairFunction",
    "Relu",
    "Scaled",
    "SoftmaxWeight",
    "sphere_tokens",
    "target",
]

Degrees = dict[tuple[int, int], float]


class PairFunction(ABC):
    """A function F(q, k) of one query and one key, closed under +, * and integer powers."""

    @abstractmethod
    def __call__(
        self, queries: Float[Tensor, "*batch d"], keys: Float[Tensor, "*batch n_keys d"]
    ) -> Float[Tensor, "*batch n_keys"]:
        """F at every pair of a query with one of its keys."""

    @abstractmethod
    def tensor_norms(self, width: int) -> Degrees:
        """Frobenius norms of the tensors of F, by the degrees of query and key.

        ``{(r, s): |f_rs|}`` of ``F = sum_rs <q^(x r) (x) k^(x s), f_rs>``.

        Norms of products multiply and norms of sums add, which is exact for a single product and
        an upper bound for a sum of several of one degree. ValueError if F is not a polynomial.
        """

    def __add__(self, other: "PairFunction") -> "PairFunction":
        return Sum(self, other)

    def __mul__(self, other: "PairFunction") -> "PairFunction":
        return Product(self, other)

    def __rmul__(self, factor: float) -> "PairFunction":
        return Scaled(float(factor), self)

    def __pow__(self, exponent: int) -> "PairFunction":
        if isinstance(exponent, bool) or not isinstance(exponent, int) or exponent < 1:
            raise ValueError(f"exponent must be a positive integer, got {exponent!r}")
        return self if exponent == 1 else Product(self, self ** (exponent - 1))


@dataclass(frozen=True)
class Match(PairFunction):
    """<q, k>: how well the key matches the query. Its tensor is the identity, of norm sqrt(d)."""

    def __call__(self, queries, keys):
        return (keys @ queries.unsqueeze(-1)).squeeze(-1)

    def tensor_norms(self, width):
        return {(1, 1): width**0.5}


@dataclass(frozen=True, eq=False)
class AlongKey(PairFunction):
    """<beta, k>: a coordinate of the key."""

    direction: Float[Tensor, " d"]

    def __call__(self, queries, keys):
        return keys @ self.direction.to(keys)

    def tensor_norms(self, width):
        return {(0, 1): float(self.direction.norm())}


@dataclass(frozen=True, eq=False)
class AlongQuery(PairFunction):
    """<gamma, q>: a coordinate of the query, the same for every key."""

    direction: Float[Tensor, " d"]

    def __call__(self, queries, keys):
        return (queries @ self.direction.to(queries)).unsqueeze(-1).expand(keys.shape[:-1])

    def tensor_norms(self, width):
        return {(1, 0): float(self.direction.norm())}


@dataclass(frozen=True)
class Relu(PairFunction):
    """relu(F). Not a polynomial, so the tensor complexity is not defined for it."""

    inner: PairFunction

    def __call__(self, queries, keys):
        return self.inner(queries, keys).relu()

    def tensor_norms(self, width):
        raise ValueError(f"{self} is not a polynomial: it has no tensor norms")


@dataclass(frozen=True)
class SoftmaxWeight(PairFunction):
    """N softmax_i(scale <q, k_i>), so that the average over the keys is a softmax read-out."""

    scale: float

    def __call__(self, queries, keys):
        return keys.shape[-2] * (self.scale * Match()(queries, keys)).softmax(dim=-1)

    def tensor_norms(self, width):
        raise ValueError(f"{self} is not a function of one pair: it has no tensor norms")


@dataclass(frozen=True)
class Scaled(PairFunction):
    """factor · F."""

    factor: float
    inner: PairFunction

    def __call__(self, queries, keys):
        return self.factor * self.inner(queries, keys)

    def tensor_norms(self, width):
        inner = self.inner.tensor_norms(width)
        return {degree: abs(self.factor) * norm for degree, norm in inner.items()}


@dataclass(frozen=True)
class Sum(PairFunction):
    """F + G."""

    first: PairFunction
    second: PairFunction

    def __call__(self, queries, keys):
        return self.first(queries, keys) + self.second(queries, keys)

    def tensor_norms(self, width):
        total: Degrees = defaultdict(float)
        for part in (self.first, self.second):
            for degree, norm in part.tensor_norms(width).items():
                total[degree] += norm
        return dict(total)


@dataclass(frozen=True)
class Product(PairFunction):
    """F · G."""

    first: PairFunction
    second: PairFunction

    def __call__(self, queries, keys):
        return self.first(queries, keys) * self.second(queries, keys)

    def tensor_norms(self, width):
        total: Degrees = defaultdict(float)
        for (r, s), norm in self.first.tensor_norms(width).items():
            for (t, u), other in self.second.tensor_norms(width).items():
                total[r + t, s + u] += norm * other
        return dict(total)


def target(
    pair: PairFunction,
    queries: Float[Tensor, "sample d"],
    keys: Float[Tensor, "sample n_keys d"],
    *,
    mask: Bool[Tensor, "sample n_keys"] | None = None,
) -> Float[Tensor, " sample"]:
    """The average of F(q, k_i) over the keys that count."""
    return (averaging_weights(keys, mask) * pair(queries, keys)).sum(dim=-1)


def sphere_tokens(
    n_samples: int, n_keys: int, width: int, *, generator: torch.Generator
) -> tuple[Float[Tensor, "sample d"], Float[Tensor, "sample n_keys d"]]:
    """Queries and keys drawn independently and uniformly from the unit sphere, float64."""
    shape = (n_samples, n_keys + 1, width)
    tokens = torch.randn(shape, generator=generator, dtype=torch.float64, device=generator.device)
    tokens = tokens / tokens.norm(dim=-1, keepdim=True)
    return tokens[:, 0], tokens[:, 1:]
