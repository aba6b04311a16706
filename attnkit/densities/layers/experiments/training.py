"""Training with a validation part that chooses the learning rate and when to stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Examples", "Plan", "Scores", "chosen_by_validation", "split"]

_CLIP = 1.0


class Examples(NamedTuple):
    """Series as the encoder, the heads and the loss see them; all with the series first."""

    signal: Tensor
    values: Callable[[Tensor], Callable]
    samples: tuple[Tensor, Tensor]
    labels: Tensor

    def batch(self, rows: Tensor) -> tuple:
        """Encoder input, value functions and samples of some series."""
        return self.signal[rows], self.values(rows), tuple(part[rows] for part in self.samples)


@dataclass(frozen=True)
class Plan:
    """How to train: rates to choose from, epochs at most and without progress, batch size."""

    rates: tuple[float, ...]
    epochs: int
    patience: int
    batch: int


class Scores(NamedTuple):
    """Accuracies at the chosen rate and epoch; the test part was looked at once, then.

    dead is the share of dead heads in the test part, cpu_s the processor time of everything.
    """

    test: float
    validation: float
    rate: float
    epoch: int
    dead: float
    cpu_s: float


def split(n_series: int, *, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Random train, validation and test rows: 60, 20 and 20 per cent."""
    order = torch.randperm(n_series, generator=generator)
    n_held = round(0.2 * n_series)
    return order[: -2 * n_held], order[-2 * n_held : -n_held], order[-n_held:]


def chosen_by_validation(
    build: Callable[[], nn.Module],
    examples: Examples,
    parts: tuple[Tensor, Tensor, Tensor],
    plan: Plan,
    *,
    seed: int,
) -> Scores:
    """Train once per rate from one start; test the state with the best validation accuracy.

    Ties go to the earlier epoch and the earlier rate. Initial weights and batches come from `seed`.
    """
    started = time.process_time()
    train, validation, test = parts
    best, state = None, None
    for rate in plan.rates:
        model = _started(build(), seed).to(examples.signal.device)
        highest, since = -1.0, 0
        for epoch, _ in enumerate(_epochs(model, examples, train, plan, rate=rate, seed=seed), 1):
            accuracy, _ = _accuracy(model, examples, validation)
            highest, since = (accuracy, 0) if accuracy > highest else (highest, since + 1)
            if best is None or accuracy > best[0]:
                best = (accuracy, rate, epoch)
                state = {name: value.clone() for name, value in model.state_dict().items()}
            if since == plan.patience:
                break
    model.load_state_dict(state)
    accuracy, dead = _accuracy(model, examples, test)
    return Scores(accuracy, *best, dead, time.process_time() - started)


@torch.no_grad()
def _started(model: nn.Module, seed: int) -> nn.Module:
    """torch's default start, uniform within 1 / sqrt(fan in), drawn from a generator."""
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv1d):
            bound = module.weight[0].numel() ** -0.5
            for parameter in (module.weight, module.bias):
                parameter.uniform_(-bound, bound, generator=generator)
    return model


def _epochs(model, examples: Examples, train: Tensor, plan: Plan, *, rate: float, seed: int):
    """Yield after each epoch of Adam with clipped gradients."""
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    for _ in range(plan.epochs):
        order = train[torch.randperm(len(train), generator=generator)]
        for rows in order.split(plan.batch):
            logits, _ = model(*examples.batch(rows))
            loss = functional.cross_entropy(logits, examples.labels[rows])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), _CLIP)
            optimiser.step()
        yield


@torch.no_grad()
def _accuracy(model, examples: Examples, rows: Tensor) -> tuple[float, float]:
    """Share of series with the right class, and of dead heads."""
    right, dead = [], []
    for part in rows.split(256):
        logits, lost = model(*examples.batch(part))
        right.append(logits.argmax(-1) == examples.labels[part])
        dead.append(lost.double().mean(-1))
    return float(torch.cat(right).double().mean()), float(torch.cat(dead).mean())
