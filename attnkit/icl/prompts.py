"""Prompts: examples to learn from and a query to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.icl.regression_task import Moderate, RegressionTask
from attnkit.icl.unchecked import unchecked
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results

__all__ = ["Prompts", "prompts_from_rows", "sample_prompts"]

_MOST_NUMBERS = 10**9


@checked
@dataclass(frozen=True, eq=False)
class Prompts:
    r"""Examples (x_l, y_l) to learn from, a query x_q to answer, and the answer y_q.

    One prompt may ask several regressions of the same inputs: `targets` has one column for each.
    All four have one dtype and hold finite numbers, at most 1e9 in size.

    Parameters
    ----------
    inputs : Tensor
        x_l, (\*batch, examples, d) with at least one example.
    targets : Tensor
        y_l, (\*batch, examples, targets) with at least one target.
    queries : Tensor
        x_q, (\*batch, d).
    query_targets : Tensor
        y_q, (\*batch, targets).

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers, naming the field.

    References
    ----------
    Garg et al. (2022), arXiv:2208.01066, for the prompt; the mirrored query is derived here.
    """

    inputs: Annotated[Float[Tensor, "*batch examples d"], Moderate]
    targets: Annotated[Float[Tensor, "*batch examples targets"], Like("inputs"), Moderate]
    queries: Annotated[Float[Tensor, "*batch d"], Like("inputs"), Moderate]
    query_targets: Annotated[Float[Tensor, "*batch targets"], Like("inputs"), Moderate]

    def __post_init__(self):
        if self.inputs.shape[-2] == 0 or self.inputs.shape[-1] == 0:
            raise ValueError(
                "inputs must hold at least one example of one coordinate or more per prompt, "
                f"got shape {tuple(self.inputs.shape)}"
            )
        if self.targets.shape[-1] == 0:
            raise ValueError("targets must have at least one column, got none")

    @property
    def n_examples(self) -> int:
        """Number of examples in each prompt."""
        return self.inputs.shape[-2]

    def mirrored(self) -> "Prompts":
        """The same examples asked about -x_q: an equally likely prompt, used as antithetic pair."""
        return _assembled(self.inputs, self.targets, -self.queries, -self.query_targets)

    @checked
    def split(self, size: Annotated[int, Range(1, 10**9)]) -> Iterator["Prompts"]:
        """Yield the prompts in pieces of at most `size` (to 1e9) along the first axis."""
        fields = (self.inputs, self.targets, self.queries, self.query_targets)
        return (_assembled(*piece) for piece in zip(*(f.split(size) for f in fields), strict=True))

    def to(self, dtype: torch.dtype) -> "Prompts":
        """The same prompts in another dtype.

        Raises
        ------
        ValueError
            For a number beyond it.
        """
        names = ("inputs", "targets", "queries", "query_targets")
        fields = {name: getattr(self, name).to(dtype) for name in names}
        if torch.finfo(dtype).max < torch.finfo(self.inputs.dtype).max:
            require_finite_results(fields)
        return _assembled(**fields)


def _assembled(inputs: Tensor, targets: Tensor, queries: Tensor, query_targets: Tensor) -> Prompts:
    fields = {"inputs": inputs, "targets": targets}
    return unchecked(Prompts, **fields, queries=queries, query_targets=query_targets)


@outside_autocast
@checked
def sample_prompts(
    task: RegressionTask,
    n_prompts: Annotated[int, Range(1, 10**8)],
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
        How many, from 1 to 100,000,000, and at most 1,000,000,000 numbers in all.
    generator : torch.Generator
        Source of chance.
    dtype : torch.dtype
        Type of the numbers; half precision is drawn in float32.

    Returns
    -------
    Prompts
        inputs (n_prompts, n_examples, d), targets (n_prompts, n_examples, n_targets),
        queries (n_prompts, d), query_targets (n_prompts, n_targets).

    Raises
    ------
    TypeError, ValueError
        For other counts, a dtype that is not floating point or too small for the task's numbers, a
        seed in place of a generator.
    """
    if not dtype.is_floating_point:
        raise TypeError(f"dtype must be floating point, got {dtype}")
    rows, wide = task.n_examples + 1, torch.promote_types(dtype, torch.float32)
    _require_memory("n_prompts", n_prompts, n_prompts * rows * (task.d + task.n_targets))
    place = {"device": generator.device, "dtype": wide}
    covariance_root, prior_root = task.roots
    inputs = torch.randn(n_prompts, rows, task.d, generator=generator, **place)
    if covariance_root is not None:
        inputs = inputs @ covariance_root.to(**place)
    white = torch.randn(n_prompts, task.n_targets, task.d, generator=generator, **place)
    weights = torch.einsum("bti,tij->btj", white, prior_root.to(**place))
    noise = torch.randn(n_prompts, rows, task.n_targets, generator=generator, **place)
    targets = inputs @ weights.mT + task.noise_variance**0.5 * noise
    return _last_is_query(inputs, targets).to(dtype)


def _require_memory(name: str, count: int, numbers: int) -> None:
    if numbers > _MOST_NUMBERS:
        raise ValueError(f"{name} must need at most 1e9 numbers, got {count}: {numbers:.1e}")


def _last_is_query(inputs: Tensor, targets: Tensor) -> Prompts:
    return _assembled(inputs[:, :-1], targets[:, :-1], inputs[:, -1], targets[:, -1])


@checked
def prompts_from_rows(
    features: Annotated[Float[Tensor, "rows d"], Moderate],
    target: Annotated[Float[Tensor, " rows"], Like("features"), Moderate],
    *,
    n_prompts: Annotated[int, Range(1, 10**8)],
    n_examples: Annotated[int, Range(1, 10**7)],
    generator: torch.Generator,
) -> Prompts:
    """Make prompts of a real data set: examples and query drawn without replacement.

    Every prompt takes n_examples + 1 different rows; the last one is the query.

    Parameters
    ----------
    features : Tensor
        (rows, d), one column or more, finite and at most 1e9 in size.
    target : Tensor
        (rows,), the label of each row, of the same dtype.
    n_prompts : int
        From 1 to 100,000,000, and at most 1,000,000,000 numbers in all.
    n_examples : int
        At least 1 and below the number of rows.
    generator : torch.Generator
        Source of chance.

    Returns
    -------
    Prompts
        inputs (n_prompts, n_examples, d), targets (n_prompts, n_examples, 1), and so on.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes, numbers and counts, naming the argument.

    Notes
    -----
    Defined here.
    """
    rows, width = features.shape
    if width == 0:
        raise ValueError("features must have at least one column, got none")
    if n_examples >= rows:
        raise ValueError(f"n_examples must be below the {rows} rows at hand, got {n_examples}")
    _require_memory("n_prompts", n_prompts, n_prompts * max(rows, (n_examples + 1) * (width + 1)))
    ranks = torch.rand(n_prompts, rows, generator=generator, device=generator.device).argsort(-1)
    chosen = ranks[:, : n_examples + 1].to(features.device)
    return _last_is_query(features[chosen], target[chosen].unsqueeze(-1))
