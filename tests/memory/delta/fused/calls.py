"""Calls of the delta rule, and how far its kernels are from the loop over tokens in float64."""

import torch
import torch.nn.functional as F

from attnkit.memory.delta import delta_rule, recurrent_delta_rule
from tests.memory.conformance import results_and_gradients


def call(*shape, widths=(7, 5), decay=True, dtype=torch.float32, seed=0):
    """Sequences and rates, gates and an initial state of random numbers; rates up to 1.8."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *s: torch.randn(*s, generator=generator)  # noqa: E731
    uniform = lambda *s: torch.rand(*s, generator=generator)  # noqa: E731
    n_key, n_value = widths
    keys = F.normalize(normal(*shape, n_key), dim=-1)
    sequences = [t.to(dtype) for t in (normal(*shape, n_key), keys, normal(*shape, n_value))]
    gates = {"log_decay": -uniform(*shape)} if decay else {}
    return [*sequences, 1.8 * uniform(*shape)], gates, normal(*shape[:-1], n_key, n_value)


def distance(got, wanted):
    """Largest difference over largest number; NaN where either has one, which no bound holds."""
    largest = float(wanted.abs().max()) or 1.0  # where all is zero, so must be what came
    return float((got.double() - wanted).abs().max()) / largest


def distances(sequences, gates, state, device="cpu", metric=distance, **options):
    """How far output, state and every gradient are from those of the loop; a NaN wins `max()`."""
    moved = [t.to(device) for t in sequences], {n: g.to(device) for n, g in gates.items()}
    got = results_and_gradients(delta_rule, *moved, state.to(device), **options)
    exact = [t.double() for t in sequences], {n: g.double() for n, g in gates.items()}
    options = {name: option.cpu() for name, option in options.items()}
    wanted = results_and_gradients(recurrent_delta_rule, *exact, state.double(), **options)
    return torch.tensor([metric(g.cpu(), w) for g, w in zip(got, wanted, strict=True)])
