"""One layer of attention heads on in-context regression, many seeds as one batch."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.icl.circuits import Circuits, softmax_weights
from attnkit.icl.prompts import Prompts
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.unchecked import unchecked
from attnkit.precision import outside_autocast

__all__ = ["DirectHeads", "Heads", "balance_signs"]


class Heads(nn.Module):
    """Attention heads in the factored parametrisation of the paper, `n_seeds` layers at once.

    prediction = sum_h O_h V_h Z weigh(Z' K_h' Q_h z_q / sqrt(D)), D = d + targets, with K, V of
    shape (n_seeds, heads, D, D), Q of (n_seeds, heads, D, d) (its further columns meet a zero) and
    O of (n_seeds, heads, targets, D). The initialisation is that of `torch.nn.Linear`: uniform
    within 1/sqrt(fan-in), D for K, Q, V and heads * D for O.

    Parameters
    ----------
    task : RegressionTask
        Gives the widths.
    n_heads : int
        From 1 to 10,000.
    generator : torch.Generator
        Source of the start, on the device of the parameters.
    n_seeds : int
        From 1 to 1,000,000, and at most 1,000,000,000 numbers in all.
    weigh : callable
        Scores to weights over the last axis.

    Raises
    ------
    TypeError, ValueError
        For other counts, or a seed in place of a generator.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734, and the authors' public code.
    """

    @checked
    def __init__(
        self,
        task: RegressionTask,
        *,
        n_heads: Annotated[int, Range(1, 10_000)],
        generator: torch.Generator,
        n_seeds: Annotated[int, Range(1, 1_000_000)] = 1,
        weigh: Callable[[Tensor], Tensor] = softmax_weights,
    ):
        super().__init__()
        _require_memory(task, n_heads, n_seeds)
        self.weigh = weigh
        token = task.d + task.n_targets
        draw = partial(_uniform, (n_seeds, n_heads), generator)
        self.queries = draw(token, task.d, fan_in=token)
        self.keys = draw(token, token, fan_in=token)
        self.values = draw(token, token, fan_in=token)
        self.outputs = draw(task.n_targets, token, fan_in=n_heads * token)

    @property
    @outside_autocast
    def circuits(self) -> Circuits:
        """The KQ and OV matrices of every seed and head, differentiable."""
        scale = self.keys.shape[-1] ** -0.5
        matrices = {"key_query": scale * self.keys.mT @ self.queries}
        matrices["output_value"] = self.outputs @ self.values
        return unchecked(Circuits, **matrices, weigh=self.weigh)

    def forward(self, prompts: Prompts) -> Float[Tensor, "seeds prompts targets"]:
        """Predict every query label with every seed.

        Parameters
        ----------
        prompts : Prompts
            A sample (n_prompts, ...), of the task's widths.

        Returns
        -------
        Tensor
            (n_seeds, n_prompts, targets) in the dtype of the prompts.

        Raises
        ------
        TypeError, ValueError
            For prompts of other widths, or without a sample's axis.
        """
        return self.circuits(prompts)


class DirectHeads(nn.Module):
    """Attention heads whose KQ and OV matrices are trained themselves, from a small start.

    KQ is (n_seeds, heads, D, d) with D = d + targets, OV (n_seeds, heads, targets, D). All entries
    start as independent normals of standard deviation `size`. With three heads or more, heads of
    one sign need not be diagonal one by one in this parametrisation: judge it by the risk and by
    `Circuits.effective_preconditioner`.

    Parameters
    ----------
    task : RegressionTask
        Gives the widths.
    n_heads : int
        From 1 to 10,000.
    generator : torch.Generator
        Source of the start, on the device of the parameters.
    n_seeds : int
        From 1 to 1,000,000, and at most 1,000,000,000 numbers in all.
    size : float
        Positive, below 1e6.

    Raises
    ------
    TypeError, ValueError
        For other counts and another size, or a seed in place of a generator.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734; the direct start is defined here.
    """

    @checked
    def __init__(
        self,
        task: RegressionTask,
        *,
        n_heads: Annotated[int, Range(1, 10_000)],
        generator: torch.Generator,
        n_seeds: Annotated[int, Range(1, 1_000_000)] = 1,
        size: Annotated[float, Range(0, 1e6, open=True)] = 1e-3,
    ):
        super().__init__()
        _require_memory(task, n_heads, n_seeds)
        token = task.d + task.n_targets
        draw = partial(_normal, (n_seeds, n_heads), generator, size=size)
        self.key_query = draw(token, task.d)
        self.output_value = draw(task.n_targets, token)

    @property
    def circuits(self) -> Circuits:
        """The KQ and OV matrices of every seed and head, differentiable."""
        matrices = {"key_query": self.key_query, "output_value": self.output_value}
        return unchecked(Circuits, **matrices, weigh=softmax_weights)

    def forward(self, prompts: Prompts) -> Float[Tensor, "seeds prompts targets"]:
        """Predict every query label with every seed.

        Parameters
        ----------
        prompts : Prompts
            A sample (n_prompts, ...), of the task's widths.

        Returns
        -------
        Tensor
            (n_seeds, n_prompts, targets) in the dtype of the prompts.

        Raises
        ------
        TypeError, ValueError
            For prompts of other widths, or without a sample's axis.
        """
        return self.circuits(prompts)


def _require_memory(task: RegressionTask, n_heads: int, n_seeds: int) -> None:
    numbers = n_seeds * n_heads * (task.d + task.n_targets) ** 2
    if numbers > 10**9:
        raise ValueError(f"n_heads and n_seeds must need at most 1e9 numbers, got {numbers:.1e}")


def _normal(lead: tuple[int, int], generator: torch.Generator, *shape: int, size: float):
    drawn = torch.randn(*lead, *shape, generator=generator, device=generator.device)
    return nn.Parameter(size * drawn)


def _uniform(lead: tuple[int, int], generator: torch.Generator, *shape: int, fan_in: int):
    drawn = torch.rand(*lead, *shape, generator=generator, device=generator.device)
    return nn.Parameter((2 * drawn - 1) / fan_in**0.5)


@torch.no_grad()
@checked
def balance_signs(heads: Heads) -> Heads:
    """Flip keys and outputs so that heads start, in turn, with positive and negative signs.

    The sign a head ends with is settled at once by the signs of tr KQ_h and of OV_h's label
    entries. Left to chance all heads agree with probability 2^(1 - heads) and training is stuck;
    flipping K_h and O_h changes nothing else.

    Parameters
    ----------
    heads : Heads
        Changed in place.

    Returns
    -------
    Heads
        The same module.

    Raises
    ------
    TypeError
        For anything but factored heads.

    References
    ----------
    Derived here, from the dynamics of He, Pan, Chen, Yang (2025), arXiv:2503.12734.
    """
    d = heads.queries.shape[-1]
    circuits = heads.circuits
    gains = circuits.output_value[..., d:].diagonal(dim1=-2, dim2=-1).sum(-1)
    wanted = 1.0 - 2.0 * (torch.arange(gains.shape[-1], device=gains.device) % 2)
    for factor, current in ((heads.keys, circuits.scales), (heads.outputs, gains)):
        factor *= torch.where(current < 0, -wanted, wanted)[..., None, None]
    return heads
