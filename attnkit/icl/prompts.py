"""Prompts of in-context linear regression: what a task is, and drawing from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.icl.counts import require_count
from attnkit.validate import (
    require_finite,
    require_floating,
    require_generator,
    require_number,
    require_shape,
)

__all__ = ["Prompts", "RegressionTask", "prompts_from_rows", "sample_prompts"]


@dataclass(frozen=True, eq=False)
class Prompts:
    """Examples (x_l, y_l) to learn from, a query x_q to answer, and the answer y_q.

    One prompt may ask several regressions of the same inputs: `targets` has one column for each.
    """

    inputs: Float[Tensor, "*batch examples d"]
    targets: Float[Tensor, "*batch examples targets"]
    queries: Float[Tensor, "*batch d"]
    query_targets: Float[Tensor, "*batch targets"]

    def __post_init__(self):
        if self.inputs.shape[-2] == 0:
            raise ValueError("inputs must hold at least one example per prompt, got 0")

    @property
    def n_examples(self) -> int:
        """Number of examples in each prompt."""
        return self.inputs.shape[-2]

    def mirrored(self) -> "Prompts":
        """The same examples asked about -x_q: an equally likely prompt, used as antithetic pair."""
        return Prompts(self.inputs, self.targets, -self.queries, -self.query_targets)

    def split(self, size: int) -> Iterator["Prompts"]:
        """Yield the prompts in pieces of at most `size` along the first axis."""
        fields = (self.inputs, self.targets, self.queries, self.query_targets)
        for piece in zip(*(field.split(size) for field in fields), strict=True):
            yield Prompts(*piece)


@dataclass(frozen=True, eq=False)
class RegressionTask:
    """The law of the prompts: y = <w, x> + noise with x ~ N(0, covariance), w ~ N(0, prior).

    Parameters
    ----------
    d : int
        Dimension of the inputs.
    n_examples : int
        Examples per prompt, at least one.
    noise_variance : float
        Variance of the noise on every label, the query's included; positive.
    covariance : Tensor, optional
        Input covariance, (d, d); identity if left out.
    prior : Tensor, optional
        Covariance of the weights, (d, d), or (n_targets, d, d) for several regressions of the
        same inputs; identity / d if left out.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734; the defaults are the authors' single task.
    """

    d: int = 5
    n_examples: int = 40
    noise_variance: float = 0.1
    covariance: Tensor | None = None
    prior: Tensor | None = None

    def __post_init__(self):
        require_count("d", self.d)
        require_count("n_examples", self.n_examples)
        require_number("noise_variance", self.noise_variance, low=0, high=torch.inf, exclusive=True)
        for name in ("covariance", "prior"):
            matrix = getattr(self, name)
            if matrix is not None:
                require_floating(name, matrix)
                require_shape(name, matrix, (self.d, self.d))
                require_finite(name, matrix)

    @property
    def n_targets(self) -> int:
        """Number of regressions asked of the same inputs."""
        return 1 if self.prior is None or self.prior.ndim == 2 else self.prior.shape[0]

    @property
    def input_covariance(self) -> Float[Tensor, "d d"]:
        """Covariance of the inputs, written out."""
        if self.covariance is not None:
            return self.covariance
        return torch.eye(self.d, dtype=torch.float64)

    @property
    def priors(self) -> Float[Tensor, "targets d d"]:
        """Covariance of each target's weights, written out."""
        if self.prior is not None:
            return self.prior.reshape(-1, self.d, self.d)
        return torch.eye(self.d, dtype=torch.float64)[None] / self.d

    @cached_property
    def _roots(self) -> tuple[Tensor | None, Tensor]:
        covariance = self.covariance
        if covariance is not None:
            covariance = _square_root("covariance", covariance)
        return covariance, _square_root("prior", self.priors)


def _square_root(name: str, matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix.double())
    if not torch.allclose(matrix, matrix.mT) or values.min() < -1e-8 * values.abs().max():
        raise ValueError(f"{name} must be symmetric and positive semi-definite")
    return (vectors * values.clamp(min=0).sqrt().unsqueeze(-2)) @ vectors.mT


def sample_prompts(
    task: RegressionTask,
    n_prompts: int,
    *,
    generator: torch.Generator,
    dtype: torch.dtype = torch.float32,
) -> Prompts:
    """Draw prompts, each with its own weights w, on the generator's device.

    Parameters
    ----------
    task : RegressionTask
        The law to draw from.
    n_prompts : int
        How many, at least one.
    generator : torch.Generator
        Source of chance.
    dtype : torch.dtype
        Type of the numbers drawn.

    Returns
    -------
    Prompts
        inputs (n_prompts, n_examples, d), targets (n_prompts, n_examples, n_targets),
        queries (n_prompts, d), query_targets (n_prompts, n_targets).
    """
    require_count("n_prompts", n_prompts)
    require_generator("generator", generator)
    place = {"device": generator.device, "dtype": dtype}
    rows = task.n_examples + 1
    covariance_root, prior_root = task._roots
    inputs = torch.randn(n_prompts, rows, task.d, generator=generator, **place)
    if covariance_root is not None:
        inputs = inputs @ covariance_root.to(**place)
    white = torch.randn(n_prompts, task.n_targets, task.d, generator=generator, **place)
    weights = torch.einsum("bti,tij->btj", white, prior_root.to(**place))
    noise = torch.randn(n_prompts, rows, task.n_targets, generator=generator, **place)
    targets = inputs @ weights.mT + task.noise_variance**0.5 * noise
    return Prompts(inputs[:, :-1], targets[:, :-1], inputs[:, -1], targets[:, -1])


def prompts_from_rows(
    features: Float[Tensor, "rows d"],
    target: Float[Tensor, " rows"],
    *,
    n_prompts: int,
    n_examples: int,
    generator: torch.Generator,
) -> Prompts:
    """Make prompts of a real data set: examples and query drawn without replacement.

    Every prompt takes n_examples + 1 different rows; the last one is the query.
    """
    rows = features.shape[0]
    require_count("n_prompts", n_prompts)
    require_count("n_examples", n_examples)
    if n_examples >= rows:
        raise ValueError(f"n_examples must be below the {rows} rows at hand, got {n_examples}")
    ranks = torch.rand(n_prompts, rows, generator=generator, device=generator.device).argsort(-1)
    chosen = ranks[:, : n_examples + 1].to(features.device)
    inputs, targets = features[chosen], target[chosen].unsqueeze(-1)
    return Prompts(inputs[:, :-1], targets[:, :-1], inputs[:, -1], targets[:, -1])
