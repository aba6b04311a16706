"""What is left of 64 pairs, by age: the gates of Titans, and the chunk that nobody calls a gate."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Rule
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.shared.unit_vectors import seeded, unit_vectors
from attnkit.memory.titans.chunkwise import neural_memory

__all__ = ["TITANS_RECALL"]

N_PAIRS, D_KEY, N_LISTS, BIN = 64, 32, 16, 4
AGES = np.arange(N_PAIRS // BIN) * BIN + (BIN + 1) / 2
RATES = (0.05, 0.1, 0.25, 0.5, 1.0)
MOMENTA = (0.0, 0.5, 0.8, 0.95)
FORGETTINGS = (0.0, 0.02, 0.05, 0.2)


@functools.cache
def _lists() -> tuple[torch.Tensor, torch.Tensor]:
    """Keys and values (list, pair, 32), unit vectors."""
    chance = seeded(0)
    return tuple(unit_vectors(N_LISTS, N_PAIRS, D_KEY, generator=chance) for _ in range(2))


@functools.cache
def _recalled(rate: float, momentum: float, forgetting: float, chunk: int) -> np.ndarray:
    """Cosine of value and read (list, pair), the newest pair first; NaN where nothing is left."""
    keys, values = _lists()
    full = functools.partial(torch.full_like, keys[..., 0])
    gates = {"momentum": full(momentum), "forgetting": full(forgetting)}
    if chunk == 1:  # the same rule, and its exact form is faster
        _, state = momentum_rule(keys, keys, values, full(rate), **gates)
        memory = state[..., 0, :, :]
    else:
        _, state = neural_memory(keys, keys, values, full(rate), **gates, chunk_size=chunk)
        (memory,) = state.memory
    return torch.cosine_similarity(keys @ memory, values, dim=-1).flip(-1).numpy()


def compute(rate: float, momentum: float, forgetting: float, chunk: float) -> Values:
    """Mean cosine by age of the chosen memory, and of the delta rule at the same rate."""
    chosen = _recalled(rate, momentum, forgetting, int(chunk))
    delta = _recalled(rate, 0.0, 0.0, 1)
    by_age = [r.mean(0).reshape(-1, BIN).mean(-1) for r in (chosen, delta)]
    return {
        "age": AGES,
        "recall": by_age[0],
        "delta": by_age[1],
        "mean": float(chosen.mean()),
        "newest": float(chosen[:, :8].mean()),
        "oldest": float(chosen[:, -8:].mean()),
        "chunk_edge": float(chunk) + 0.5 if chunk < N_PAIRS else np.nan,
    }


TITANS_RECALL = Explorable(
    name="titans-recall",
    title="What is left of 64 pairs",
    compute=compute,
    controls=[
        Slider(
            "rate",
            "rate b",
            stops=RATES,
            default=0.5,
            step=0.05,
            meaning="share of an error that is written; 1 corrects it at once",
        ),
        Slider(
            "momentum",
            "momentum η",
            stops=MOMENTA,
            default=0.0,
            step=0.05,
            meaning="what is left of a push at the next token",
        ),
        Slider(
            "forgetting",
            "forgetting α",
            stops=FORGETTINGS,
            default=0.0,
            step=0.01,
            meaning="what the memory loses at every token",
        ),
        Steps(
            "chunk",
            "chunk",
            (1, 4, 16, 32, 64),
            default=16,
            meaning="tokens whose errors are taken against one and the same memory",
        ),
    ],
    panels=[
        Panel(
            Rule("chunk_edge", tone="muted", label="newest chunk"),
            Line("age", "delta", label="delta rule, same rate", tone="muted"),
            Line("age", "recall", label="this memory", tone="density"),
            x=Axis("age in pairs (newest: 1)", (0, 65)),
            y=Axis("cosine of value and read", (-0.3, 1.02)),
            main=True,
        )
    ],
    readouts=[
        Readout("mean", "mean of all 64"),
        Readout("newest", "newest eight"),
        Readout("oldest", "oldest eight"),
    ],
    depends={"age": (), "delta": ("rate",), "chunk_edge": ("chunk",)},
    caption="""Let the chunk grow at rate 1: the newest pairs get worse and worse, and the oldest
    no better, until one chunk holds all 64 and every age is alike: that is Hebb. Then go back to
    chunks of one and raise the momentum: at rate 0.1 a momentum of 0.5 lifts ages 5 to 30, and
    costs the newest four, whose own push has only begun, and the oldest; at rate 0.5 a momentum of
    0.8 shakes the memory apart.""",
    alt="""Cosine of value and read against the age of a pair, for the chosen memory and for the
    delta rule at the same rate; both fall with age, unless one chunk holds all pairs.""",
)
