"""Learners with frozen random features and trained values, fitted in closed form.

A fit is one pass over the features to build their Gram matrix, one eigendecomposition, and one
pass to read the values off. Units (heads or neurons) are streamed in blocks, never held at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.precision import outside_autocast, require_float64
from attnkit.random_features.inputs import (
    Keys,
    Mask,
    Prepared,
    Queries,
    Targets,
    prepare,
    require_representable,
)
from attnkit.random_features.penalties import GeneralisedCrossValidation, Penalty
from attnkit.random_features.ridge import dual_system, primal_system

__all__ = ["RandomFeatureModel"]

FLOATS_PER_BLOCK = 2**22


class RandomFeatureModel(ABC):
    """Ridge regression on frozen random features of a query and its keys.

    f(q, k_1..k_N) = intercept + M^(-1/2) sum_m <value_m, feature_m(q, k_1..k_N)>,
    with a free intercept and the values penalised.

    Parameters
    ----------
    n_units : int
        Number M of random units (heads or neurons).
    generator : torch.Generator, optional
        Source of the frozen weights, drawn in float64 at the first use and kept; if left out a
        new `torch.Generator()`, whose default seed is always the same.

    Attributes
    ----------
    values_ : Tensor
        (feature, target), trained coefficients after `fit`, float64.
    intercept_ : Tensor
        (target,).
    level_ : Tensor
        (target,), the ridge level in use.

    References
    ----------
    Rahimi and Recht (2007), "Random features for large-scale kernel machines", for the frozen
    units; Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353) for those of attention.
    """

    def __init__(self, n_units: int, *, generator: torch.Generator | None) -> None:
        self.n_units = n_units
        self.generator = generator if generator is not None else torch.Generator()
        self.frozen: Tensor | None = None

    @abstractmethod
    def _unit_shape(self, tokens: Prepared) -> tuple[int, ...]:
        """Shape of one unit's frozen weights for tokens of these sizes."""

    @abstractmethod
    def _unit_features(self, frozen: Tensor, tokens: Prepared) -> Tensor:
        """Features (sample, feature) of one block of units."""

    @abstractmethod
    def _floats_per_unit(self, tokens: Prepared) -> int:
        """Floats of one unit's largest intermediate, per sample."""

    def _draw(self, shape: tuple[int, ...]) -> Tensor:
        source = self.generator
        size = (self.n_units, *shape)
        return torch.randn(size, generator=source, dtype=torch.float64, device=source.device)

    def _weights_for(self, tokens: Prepared) -> Tensor:
        shape = self._unit_shape(tokens)
        if self.frozen is None:
            self.frozen = self._draw(shape)
        if tuple(self.frozen.shape[1:]) != shape:
            raise ValueError(
                f"queries and keys of these sizes need frozen weights of shape {shape}, "
                f"but this model drew its weights with shape {tuple(self.frozen.shape[1:])}"
            )
        return self.frozen

    def _blocks(self, tokens: Prepared) -> Iterator[Tensor]:
        """Features in blocks of units, scaled by M^(-1/2) so that their Gram matrix converges."""
        frozen = self._weights_for(tokens)
        floats = max(1, len(tokens.queries) * self._floats_per_unit(tokens))
        for block in frozen.split(max(1, FLOATS_PER_BLOCK // floats)):
            yield self._unit_features(block.to(tokens.queries), tokens) * self.n_units**-0.5

    @outside_autocast
    @checked
    def features(
        self, queries: Queries, keys: Keys, *, mask: Mask = None
    ) -> Float[Tensor, "sample feature"]:
        """All features at once: for looking, not for very many units.

        Parameters
        ----------
        queries : Tensor
            (sample, d_query).
        keys : Tensor
            (sample, n_keys, d_key).
        mask : Tensor, optional
            (sample, n_keys), True where a key counts; what it hides may be NaN.

        Returns
        -------
        Tensor
            (sample, feature), in at least float32.

        Raises
        ------
        TypeError, ValueError
            For other shapes and dtypes, numbers that are not finite, and features that overflow.
        """
        found = torch.cat(list(self._blocks(prepare(queries, keys, mask))), dim=1)
        require_representable("queries and keys", found)
        return found

    @outside_autocast
    @checked
    def gram(
        self, queries: Queries, keys: Keys, *, mask: Mask = None
    ) -> Float[Tensor, "sample sample"]:
        """Gram matrix (sample, sample) of the features, float64, units streamed."""
        require_float64("gram", queries.device)
        tokens = prepare(queries, keys, mask)
        total = queries.new_zeros(len(queries), len(queries), dtype=torch.float64)
        for block in self._blocks(tokens):
            total += block @ block.mT
        require_representable("queries and keys", total)
        return total

    @torch.no_grad()
    @outside_autocast
    @checked
    def fit(
        self,
        queries: Queries,
        keys: Keys,
        targets: Targets,
        *,
        mask: Mask = None,
        penalty: Penalty | None = None,
    ) -> "RandomFeatureModel":
        """Train the values by ridge regression, in whichever form is smaller.

        Parameters
        ----------
        queries : Tensor
            (sample, d_query), at least two samples.
        keys : Tensor
            (sample, n_keys, d_key).
        targets : Tensor
            (sample,) or (sample, target); each target gets its own level.
        mask : Tensor, optional
            (sample, n_keys), True where a key counts; what it hides may be NaN.
        penalty : callable, optional
            Picks the level; `GeneralisedCrossValidation()` if left out.

        Raises
        ------
        ValueError, TypeError
            Naming the argument: wrong rank or size, NaN, integers, fewer than two samples, numbers
            whose features overflow.
        """
        if len(queries) < 2:
            raise ValueError(f"queries must hold at least 2 samples to fit, got {len(queries)}")
        require_float64("fit", queries.device)
        tokens = prepare(queries, keys, mask)
        self._single = targets.ndim == 1
        values = targets.double().reshape(len(targets), -1)
        penalty = penalty if penalty is not None else GeneralisedCrossValidation()
        fit = self._fit_primal if self._is_narrow(tokens) else self._fit_dual
        fit(tokens, values, penalty)
        return self

    def _is_narrow(self, tokens: Prepared) -> bool:
        one_row = Prepared(*(part[:1] for part in tokens))
        return sum(block.shape[1] for block in self._blocks(one_row)) <= len(tokens.queries)

    def _fit_primal(self, tokens: Prepared, values: Tensor, penalty: Penalty) -> None:
        features = torch.cat(list(self._blocks(tokens)), dim=1).double()
        require_representable("queries and keys", features)
        system = primal_system(features, values)
        self.level_ = penalty(system)
        self.values_ = system.solve(self.level_)
        self.intercept_ = values.mean(dim=0) - features.mean(dim=0) @ self.values_

    def _fit_dual(self, tokens: Prepared, values: Tensor, penalty: Penalty) -> None:
        gram = values.new_zeros(len(values), len(values))
        for block in self._blocks(tokens):
            mean = block.mean(dim=0)
            block -= mean
            gram += block @ block.mT
            gram += mean.double().square().sum()
        require_representable("queries and keys", gram)
        system = dual_system(gram, values)
        self.level_ = penalty(system)
        coefficients = system.solve(self.level_)
        trained, shift = [], torch.zeros_like(values[0])
        for block in self._blocks(tokens):
            mean = block.mean(dim=0)
            trained.append((block - mean).double().mT @ coefficients)
            shift += mean.double() @ trained[-1]
        self.values_ = torch.cat(trained)
        self.intercept_ = values.mean(dim=0) - shift

    @outside_autocast
    @checked
    def predict(
        self, queries: Queries, keys: Keys, *, mask: Mask = None
    ) -> Float[Tensor, "sample *target"]:
        """Predictions for samples as those that were fitted, differentiable.

        A sample whose keys are all masked has zero features and gets the intercept.

        Parameters
        ----------
        queries : Tensor
            (sample, d_query).
        keys : Tensor
            (sample, n_keys, d_key).
        mask : Tensor, optional
            (sample, n_keys), True where a key counts; what it hides may be NaN.

        Returns
        -------
        Tensor
            (sample,) or (sample, target) as the targets were, in the dtype of the queries.

        Raises
        ------
        RuntimeError
            Before `fit`.
        TypeError, ValueError
            For other shapes and dtypes, widths other than those fitted, numbers that are not
            finite, and a result that overflows.
        """
        require_float64("predict", queries.device)
        if not hasattr(self, "values_"):
            raise RuntimeError("predict was called before fit")
        total = self.intercept_.repeat(len(queries), 1)
        start = 0
        for block in self._blocks(prepare(queries, keys, mask)):
            stop = start + block.shape[1]
            total += block @ self.values_[start:stop].to(block)
            start = stop
        require_representable("queries and keys", total)
        return (total[:, 0] if self._single else total).to(queries.dtype)
