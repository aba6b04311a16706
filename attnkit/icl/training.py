"""Training many seeds of attention heads as one batch on a shared stream of prompts."""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.icl.circuits import Circuits
from attnkit.icl.heads import DirectHeads, Heads
from attnkit.icl.prompts import Prompts, sample_prompts
from attnkit.icl.regression_task import RegressionTask
from attnkit.precision import outside_autocast

__all__ = ["Recipe", "TrainingDiverged", "TrainingRun", "print_progress", "train"]

# A loss this many times that of answering 0 at all times counts as divergence.
_BLOWN_UP = 100.0
# Scores that stay in a core's cache; a larger batch goes through in pieces, a third faster.
_SCORES_AT_ONCE = 160_000


@checked
@dataclass(frozen=True)
class Recipe:
    """How to train: Adam(0.9, 0.99) with a linear warm-up and a cosine decay to zero.

    Parameters
    ----------
    steps : int
        Optimiser steps, from 1 to 100,000,000.
    learning_rate : float
        Peak of the schedule; positive, below 1e6.
    batch_size : int
        Fresh prompts per step, shared by all seeds, from 1 to 10,000,000.
    warm_up : int
        Steps over which the rate grows linearly to its peak, from 0 to 100,000,000.
    checkpoint_every : int
        Steps between two recorded checkpoints, from 1 to 100,000,000.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument.
    """

    steps: Annotated[int, Range(1, 10**8)] = 1000
    learning_rate: Annotated[float, Range(0, 1e6, open=True)] = 2e-2
    batch_size: Annotated[int, Range(1, 10**7)] = 256
    warm_up: Annotated[int, Range(0, 10**8)] = 50
    checkpoint_every: Annotated[int, Range(1, 10**8)] = 25

    @checked
    def factor(self, step: Annotated[int, Range(0, 10**8)]) -> float:
        """Fraction of the peak learning rate used at `step`, counted from 0; zero after the end."""
        if step >= self.steps:
            return 0.0
        warm = min(1.0, (step + 1) / (self.warm_up + 1))
        return warm * (1 + math.cos(math.pi * step / self.steps)) / 2


@dataclass
class TrainingRun:
    """What training has recorded so far: readable while it goes on, and kept if it is cut short.

    `losses` holds one block (steps, seeds) for each checkpoint.
    """

    task: RegressionTask
    recipe: Recipe
    steps: list[int] = field(default_factory=list)
    checkpoints: list[Circuits] = field(default_factory=list)
    losses: list[Float[Tensor, "steps seeds"]] = field(default_factory=list)

    @property
    def completed(self) -> bool:
        """Whether every step of the recipe was taken."""
        return bool(self.steps) and self.steps[-1] == self.recipe.steps

    @property
    def circuits(self) -> Circuits:
        """The circuits of all seeds at the last checkpoint."""
        return self.checkpoints[-1]

    @property
    def loss(self) -> Float[Tensor, "steps seeds"]:
        """Training loss at every step up to the last checkpoint: one batch each, so noisy."""
        return torch.cat(self.losses)


class TrainingDiverged(ArithmeticError):
    """The loss blew up; `.step` says when and `.run` holds the checkpoints from before."""

    def __init__(self, step: int, run: TrainingRun, loss: float):
        self.step, self.run = step, run
        super().__init__(
            f"training diverged at step {step} (loss {loss:.3g}) with learning_rate "
            f"{run.recipe.learning_rate:g}; try a smaller one"
        )


@outside_autocast
@checked
def train(
    task: RegressionTask,
    heads: Heads | DirectHeads,
    *,
    generator: torch.Generator,
    recipe: Recipe | None = None,
    watch: Callable[[TrainingRun], None] | None = None,
) -> TrainingRun:
    """Train all seeds of `heads` in place on fresh prompts of `task`.

    All seeds see the same prompts and so differ by their initialisation only: repeat with another
    generator to learn how much the data matter. Runs on one thread, which is faster for tensors
    this small, and restores the number afterwards. An interruption (Ctrl-C, or the stop button)
    ends training and returns what has been recorded, with `completed` false.

    Parameters
    ----------
    task : RegressionTask
        The law of the prompts.
    heads : Heads or DirectHeads
        The layers to train, on the generator's device.
    generator : torch.Generator
        Source of the prompts.
    recipe : Recipe, optional
        Length and schedule; 1000 steps with peak rate 0.02 if left out.
    watch : callable, optional
        Called with the run at every checkpoint: `print_progress`, or a live drawing.

    Returns
    -------
    TrainingRun
        Steps, losses (steps, seeds) and the circuits at every checkpoint; the heads themselves are
        left as the last step made them.

    Raises
    ------
    TypeError, ValueError
        For other arguments, and heads whose widths are not the task's.
    TrainingDiverged
        When a loss stops being finite or exceeds a hundred times that of answering 0.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734; warm-up and decay are defined here.
    """
    _require_widths(task, heads)
    run = TrainingRun(task, recipe or Recipe())
    with _single_thread():
        try:
            for losses in _blocks(run, heads, generator):
                _record(run, heads, losses)
                if watch is not None:
                    watch(run)
        except KeyboardInterrupt:
            pass
    return run


def _require_widths(task: RegressionTask, heads: Heads | DirectHeads) -> None:
    token, d = heads.circuits.key_query.shape[-2:]
    if (d, token - d) != (task.d, task.n_targets):
        raise ValueError(
            f"heads must be made for d = {task.d} and {task.n_targets} target(s) as in task, "
            f"got d = {d} and {token - d}"
        )


def _blocks(
    run: TrainingRun, heads: Heads | DirectHeads, generator: torch.Generator
) -> Iterator[Tensor]:
    """Take the steps between two checkpoints at a time; yield their losses (steps, seeds)."""
    recipe = run.recipe
    optimiser = torch.optim.Adam(heads.parameters(), lr=recipe.learning_rate, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, recipe.factor)
    n_seeds, n_heads = heads.circuits.key_query.shape[:2]
    size = _piece(run, n_seeds * n_heads) if generator.device.type == "cpu" else recipe.batch_size
    yield torch.zeros(0, n_seeds, device=generator.device)
    block = []
    for step in range(1, recipe.steps + 1):
        prompts = sample_prompts(run.task, recipe.batch_size, generator=generator)
        optimiser.zero_grad()
        losses = [_backward(heads, piece, recipe.batch_size) for piece in prompts.split(size)]
        optimiser.step()
        schedule.step()
        block.append(torch.stack(losses).sum(0))
        if step % recipe.checkpoint_every == 0 or step == recipe.steps:
            yield torch.stack(block)
            block = []


def _piece(run: TrainingRun, n_rows: int) -> int:
    """Prompts at once, in pieces of nearly equal size."""
    batch_size = run.recipe.batch_size
    pieces = math.ceil(batch_size * n_rows * run.task.n_examples / _SCORES_AT_ONCE)
    return math.ceil(batch_size / pieces)


def _backward(
    heads: Heads | DirectHeads, prompts: Prompts, batch_size: int
) -> Float[Tensor, " seeds"]:
    """Add the gradients of one piece of the batch; return its share of each seed's loss."""
    loss = (heads(prompts) - prompts.query_targets).square().mean(-1).sum(-1) / batch_size
    loss.sum().backward()
    return loss.detach()


@torch.no_grad()
def _record(run: TrainingRun, heads: Heads | DirectHeads, losses: Tensor) -> None:
    done = run.steps[-1] if run.steps else 0
    _require_bounded(run, losses, done)
    run.steps.append(done + len(losses))
    run.losses.append(losses)
    run.checkpoints.append(heads.circuits.copied())


def _require_bounded(run: TrainingRun, losses: Tensor, done: int) -> None:
    task = run.task
    spread = torch.einsum("ij,tji->t", task.input_covariance, task.priors).mean().item()
    bound = _BLOWN_UP * (spread + task.noise_variance)
    worst = losses.max(-1).values  # NaN if any seed is NaN
    bad = (~(worst < bound)).nonzero()
    if len(bad):
        index = int(bad[0])
        raise TrainingDiverged(done + index + 1, run, worst[index].item())


@checked
def print_progress(run: TrainingRun) -> None:
    """Keep one line on stderr up to date: to be passed to `train` as `watch`."""
    done, total = run.steps[-1], run.recipe.steps
    loss = f", loss {run.losses[-1].mean().item():.3f}" if done else ""
    end = "\n" if done == total else ""
    print(f"\rstep {done} of {total}{loss}", end=end, file=sys.stderr, flush=True)


@contextmanager
def _single_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
