"""What the page on parallel contexts claims, measured."""

from attnkit.claims import claim
from attnkit.concentration.parallel_contexts.rows import drawn_rows
from attnkit.concentration.parallel_contexts.sinks import sink_law, turning_mass
from attnkit.densities import softmax
from attnkit.diagnostics import entropy

__all__ = ["drawn", "parallel_entropy"]

N_KEYS, SINK, SPREAD = 1024, 8.0, 1.0


def drawn(n_sinks: int, *, seed: int, sink: float = SINK) -> tuple[float, float]:
    """Mass of the sinks and entropy, in the mean of ten drawn rows."""
    weights = softmax(drawn_rows(10, N_KEYS, n_sinks, sink, SPREAD, seed=seed))
    return weights[:, :n_sinks].sum(-1).mean().item(), entropy(weights).mean().item()


@claim("parallel-entropy", source="Derived here", computes=sink_law)
def parallel_entropy() -> dict[str, float]:
    """Entropy of drawn rows with sinks of score 8 among 1,024 keys, and the law."""
    found = {"mass at the turn": turning_mass(SINK, SPREAD)}
    for n_sinks in (1, 4, 16, 64):
        found[f"P = {n_sinks}, mass"], found[f"P = {n_sinks}"] = drawn(n_sinks, seed=0)
        found[f"P = {n_sinks}, law"] = sink_law(N_KEYS, n_sinks, SINK, SPREAD).entropy
    return found
