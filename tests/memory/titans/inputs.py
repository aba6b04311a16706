"""Inputs of neural memories: sizes are distinct primes, so that no swapped axis passes."""

import torch
import torch.nn.functional as F

from attnkit.memory.titans import at_rest, deep_memory

D_KEY, D_VALUE = 5, 3


def inputs(*batch, n=23, hidden=(7,), dtype=torch.float64, seed=0):
    """Queries, unit keys, values, rates; momentum and forgetting; a state at rest."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *s: torch.randn(*s, generator=generator, dtype=torch.float64)  # noqa: E731
    uniform = lambda *s: torch.rand(*s, generator=generator, dtype=torch.float64)  # noqa: E731
    queries, values = normal(*batch, n, D_KEY), normal(*batch, n, D_VALUE)
    keys = F.normalize(normal(*batch, n, D_KEY), dim=-1)
    sequences = [queries, keys, values, 0.5 * uniform(*batch, n)]
    gates = {"momentum": 0.6 * uniform(*batch, n), "forgetting": 0.2 * uniform(*batch, n)}
    drawn = [
        deep_memory(D_KEY, *hidden, D_VALUE, generator=generator)
        for _ in range(torch.Size(batch).numel())
    ]
    weights = (torch.stack(w).reshape(*batch, *w[0].shape) for w in zip(*drawn, strict=True))
    state = at_rest(tuple(w.to(dtype) for w in weights))
    gates = {name: gate.to(dtype) for name, gate in gates.items()}
    return [s.to(dtype) for s in sequences], gates, state


def part(sequences, gates, where):
    """Some of the tokens."""
    first = [s[..., where, :] for s in sequences[:3]]
    return [*first, sequences[3][..., where]], {n: g[..., where] for n, g in gates.items()}


def assert_same(one, other, tolerance=1e-10):
    """Outputs and states agree, relative to their size."""
    (a, state_a), (b, state_b) = one, other
    pairs = [(a, b)]
    for part_a, part_b in zip(state_a.parts, state_b.parts, strict=True):
        pairs += zip(part_a, part_b, strict=True)
    for x, y in pairs:
        assert (x.double() - y.double()).abs().max() <= tolerance * y.abs().max().clamp_min(1)
    assert torch.equal(state_a.seen, state_b.seen)
