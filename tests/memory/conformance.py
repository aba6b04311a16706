"""What every memory must satisfy: a folder with its record gets all the tests."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from attnkit.memory.shared import records


@dataclass(frozen=True)
class Memory:
    """A fast path, its reference, and a maker of inputs: (sequences, gates, initial state)."""

    name: str
    fast: Callable
    reference: Callable
    gates: tuple[str, ...] = ()
    has_rate: bool = True
    positive: bool = False

    def inputs(self, *shape: int, dtype=torch.float64, seed: int = 0, d_key=7, d_value=5):
        """Random sequences (list), gates (dict) and an initial state."""
        generator = torch.Generator().manual_seed(seed)
        normal = lambda *s: torch.randn(*s, generator=generator, dtype=torch.float64)  # noqa: E731
        uniform = lambda *s: torch.rand(*s, generator=generator, dtype=torch.float64)  # noqa: E731
        queries, values = normal(*shape, d_key), normal(*shape, d_value)
        keys = F.normalize(normal(*shape, d_key), dim=-1)
        if self.positive:
            queries, keys = queries.abs() + 0.1, keys.abs() + 0.1
        sequences = [queries, keys, values] + ([uniform(*shape)] if self.has_rate else [])
        make = {
            "log_decay": lambda: -uniform(*shape),
            "channel_log_decay": lambda: -3 * uniform(*shape, d_key),
            "momentum": lambda: 0.8 * uniform(*shape),
            "forgetting": lambda: 0.2 * uniform(*shape),
        }
        gates = {g.removeprefix("channel_"): make[g]().to(dtype) for g in self.gates}
        blocks = (2,) if "momentum" in self.gates else ()
        state = normal(*shape[:-1], *blocks, d_key, d_value + self.positive)
        state = state.abs() if self.positive else state
        return [s.to(dtype) for s in sequences], gates, state.to(dtype)


def _tested(record: records.Memory) -> Memory:
    gates = tuple(gate for gate in record.gates if gate != "rate")
    has_rate = "rate" in record.gates
    return Memory(record.name, record.fast, record.plain, gates, has_rate, record.positive)


MEMORIES = [_tested(record) for record in records.memories().values()]


def results_and_gradients(function, sequences, gates, state, **options):
    """Output, state, and the gradients of a fixed random functional of both."""
    leaves = [t.detach().clone().requires_grad_() for t in (*sequences, *gates.values(), state)]
    n = len(sequences)
    named = dict(zip(gates, leaves[n:-1], strict=True))
    output, final = function(*leaves[:n], **named, initial_state=leaves[-1], **options)
    generator = torch.Generator().manual_seed(99)
    weights = [
        torch.randn(t.shape, generator=generator, dtype=torch.float64) for t in (output, final)
    ]
    loss = sum((t * w.to(t)).sum() for t, w in zip((output, final), weights, strict=True))
    return [output.detach(), final.detach(), *torch.autograd.grad(loss, leaves)]


def relative_error(got, wanted) -> float:
    """Distance over size, in double precision."""
    return float((got.double() - wanted.double()).norm() / wanted.double().norm())
