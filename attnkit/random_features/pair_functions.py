"""The small pieces that targets are made of: matches, coordinates, rectifiers, softmax weights."""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked
from attnkit.random_features.pairs import Number, PairFunction

__all__ = ["AlongKey", "AlongQuery", "Match", "Relu", "SoftmaxWeight"]

Direction = Annotated[Float[Tensor, " d"], Finite()]


@dataclass(frozen=True)
class Match(PairFunction):
    """<q, k>: how well the key matches the query. Its tensor is the identity, of norm sqrt(d).

    References
    ----------
    After the targets of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """

    def _values(self, queries, keys, mask):
        return (keys @ queries.unsqueeze(-1)).squeeze(-1)

    def _norms(self, width):
        return {(1, 1): width**0.5}


@checked
@dataclass(frozen=True, eq=False)
class AlongKey(PairFunction):
    """<beta, k>: a coordinate of the key.

    Parameters
    ----------
    direction : Tensor
        beta, (d,), finite.

    Raises
    ------
    TypeError, ValueError
        For any other direction; when called, for keys of another width.

    References
    ----------
    After the targets of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """

    direction: Direction

    def _values(self, queries, keys, mask):
        _require_width(self.direction, keys)
        return keys @ self.direction.to(keys)

    def _norms(self, width):
        return {(0, 1): float(self.direction.norm())}


@checked
@dataclass(frozen=True, eq=False)
class AlongQuery(PairFunction):
    """<gamma, q>: a coordinate of the query, the same for every key.

    Parameters
    ----------
    direction : Tensor
        gamma, (d,), finite.

    Raises
    ------
    TypeError, ValueError
        For any other direction; when called, for queries of another width.

    References
    ----------
    After the targets of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """

    direction: Direction

    def _values(self, queries, keys, mask):
        _require_width(self.direction, queries)
        return (queries @ self.direction.to(queries)).unsqueeze(-1).expand(keys.shape[:-1])

    def _norms(self, width):
        return {(1, 0): float(self.direction.norm())}


def _require_width(direction: Tensor, tokens: Tensor) -> None:
    if len(direction) != tokens.shape[-1]:
        raise ValueError(
            f"queries and keys must have the width of direction, {len(direction)}, "
            f"got {tokens.shape[-1]}"
        )


@checked
@dataclass(frozen=True)
class Relu(PairFunction):
    """relu(F). Not a polynomial, so the tensor complexity is not defined for it.

    References
    ----------
    After the targets of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """

    inner: PairFunction

    def _values(self, queries, keys, mask):
        return self.inner._values(queries, keys, mask).relu()

    def _norms(self, width):
        raise ValueError(f"{self} is not a polynomial: it has no tensor norms")


@checked
@dataclass(frozen=True)
class SoftmaxWeight(PairFunction):
    """N softmax_i(scale <q, k_i>), so that the average over the keys is a softmax read-out.

    N and the softmax run over the keys that the mask shows; without any it is zero.

    Parameters
    ----------
    scale : float
        At most 1e9 in size.

    Raises
    ------
    TypeError, ValueError
        For any other scale.

    References
    ----------
    Vaswani et al. 2017 for the read-out; as a target it is defined here.
    """

    scale: Number

    def _values(self, queries, keys, mask):
        scores = self.scale * Match()._values(queries, keys, None)
        if mask is None:
            return keys.shape[-2] * scores.softmax(dim=-1)
        weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(dim=-1)
        return mask.sum(dim=-1, keepdim=True) * weights.masked_fill(~mask, 0.0)

    def _norms(self, width):
        raise ValueError(f"{self} is not a function of one pair: it has no tensor norms")
