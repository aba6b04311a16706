"""Functions of one query and one key, and what sums, products and powers make of them."""

from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass
from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.random_features.inputs import compute_dtype, require_representable, without_hidden

__all__ = ["Number", "PairFunction", "Scaled"]

Degrees = dict[tuple[int, int], float]
Number = Annotated[float, Range(-1e9, 1e9)]


class PairFunction(ABC):
    """A function F(q, k) of one query and one key, closed under +, * and integer powers.

    References
    ----------
    After the targets of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """

    @outside_autocast
    @checked
    def __call__(
        self,
        queries: Annotated[Float[Tensor, "*batch d"], Finite()],
        keys: Annotated[Float[Tensor, "*batch n_keys d"], Like("queries")],
        *,
        mask: Bool[Tensor, "*batch n_keys"] | None = None,
    ) -> Float[Tensor, "*batch n_keys"]:
        r"""F at every pair of a query with one of its keys.

        Parameters
        ----------
        queries : Tensor
            (\*batch, d).
        keys : Tensor
            (\*batch, n_keys, d).
        mask : Tensor, optional
            (\*batch, n_keys), True where a key is there: what it hides may be NaN, takes no part
            and gets F = 0.

        Returns
        -------
        Tensor
            (\*batch, n_keys) in the dtype of the queries.

        Raises
        ------
        TypeError, ValueError
            For other shapes and dtypes, numbers that are not finite, and a result that overflows.
        """
        wide = compute_dtype(queries)
        found = self._values(queries.to(wide), without_hidden(keys, mask).to(wide), mask)
        require_representable("queries and keys", found)
        return (found if mask is None else found.masked_fill(~mask, 0.0)).to(queries.dtype)

    @abstractmethod
    def _values(self, queries: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
        """F at every pair; at hidden keys, which are zero, anything finite."""

    @checked
    def tensor_norms(self, width: Annotated[int, Range(1, 10**6)]) -> Degrees:
        """Frobenius norms of the tensors of F, by the degrees of query and key.

        ``{(r, s): |f_rs|}`` of ``F = sum_rs <q^(x r) (x) k^(x s), f_rs>``.

        Norms of products multiply and norms of sums add, which is exact for a single product and
        an upper bound for a sum of several of one degree.

        Parameters
        ----------
        width : int
            d, at most 1,000,000.

        Raises
        ------
        TypeError, ValueError
            For another width, and if F is not a polynomial.
        """
        return self._norms(width)

    @abstractmethod
    def _norms(self, width: int) -> Degrees:
        """The norms; ValueError if F is not a polynomial."""

    @checked
    def __add__(self, other: "PairFunction") -> "PairFunction":
        return Sum(self, other)

    @checked
    def __mul__(self, other: "PairFunction") -> "PairFunction":
        return Product(self, other)

    @checked
    def __rmul__(self, factor: Number) -> "PairFunction":
        return Scaled(float(factor), self)

    @checked
    def __pow__(self, exponent: Annotated[int, Range(1, 64)]) -> "PairFunction":
        return self if exponent == 1 else Product(self, self ** (exponent - 1))


@checked
@dataclass(frozen=True)
class Scaled(PairFunction):
    """factor · F, the factor at most 1e9 in size."""

    factor: Number
    inner: PairFunction

    def _values(self, queries, keys, mask):
        return self.factor * self.inner._values(queries, keys, mask)

    def _norms(self, width):
        inner = self.inner._norms(width)
        return {degree: abs(self.factor) * norm for degree, norm in inner.items()}


@dataclass(frozen=True)
class Sum(PairFunction):
    """F + G."""

    first: PairFunction
    second: PairFunction

    def _values(self, queries, keys, mask):
        return self.first._values(queries, keys, mask) + self.second._values(queries, keys, mask)

    def _norms(self, width):
        total: Degrees = defaultdict(float)
        for part in (self.first, self.second):
            for degree, norm in part._norms(width).items():
                total[degree] += norm
        return dict(total)


@dataclass(frozen=True)
class Product(PairFunction):
    """F · G."""

    first: PairFunction
    second: PairFunction

    def _values(self, queries, keys, mask):
        return self.first._values(queries, keys, mask) * self.second._values(queries, keys, mask)

    def _norms(self, width):
        total: Degrees = defaultdict(float)
        for (r, s), norm in self.first._norms(width).items():
            for (t, u), other in self.second._norms(width).items():
                total[r + t, s + u] += norm * other
        return dict(total)
