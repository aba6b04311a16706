"""Where a head that often owes nothing puts its weight, by what it weighs with."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.experiments import Experiment
from attnkit.normalisation.shared.trigger_copy import Head, Sequences, measure, train
from attnkit.normalisation.sigmoid import sigmoid_weights
from attnkit.normalisation.sinks.normalised_sigmoid import normalised_sigmoid
from attnkit.normalisation.sinks.null_slot import softmax_plus_one

__all__ = ["SINKS", "WEIGHS", "unread"]

WEIGHS: dict[str, Callable[..., Tensor]] = {
    "softmax": softmax,
    "softmax plus one": softmax_plus_one,
    "key bias": softmax,
    "sigmoid, b = −log n": sigmoid_weights,
    "sigmoid, b = 0": partial(sigmoid_weights, bias=0.0),
    "normalised sigmoid": normalised_sigmoid,
}
SHOWN = 7  # the sequence whose map is recorded, the same for every head
KEPT = ("loss", "first_value", "first", "slot", "largest", "row_sum", "output")


def unread(weights: Tensor, n_tokens: int) -> Tensor:
    """What a row spends on no token (..., query): its slot, or what its sum lacks of one."""
    return (1 - weights[..., :n_tokens].sum(-1)).clamp_min(0.0)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train heads side by side, and record what they do where a row asks for nothing."""
    chance = torch.Generator().manual_seed(seed)
    sequences = Sequences(share=case["share"], begins=case["begins"])
    head = Head(
        WEIGHS[case["weights"]],
        sequences.width,
        generator=chance,
        n_seeds=case["n_heads"],
        slot=case["weights"] == "key bias",
    )
    train(head, sequences, case["steps"], chance)
    measured = measure(head, sequences, chance)._asdict()
    table = {name: [round(n, 6) for n in measured[name].tolist()] for name in KEPT}
    table["slot"] = [None if n != n else n for n in table["slot"]]
    return table | shown_map(head, sequences, case["n_heads"])


@torch.no_grad()
def shown_map(head: Head, sequences: Sequences, n_heads: int) -> dict:
    """The first head's weights (query, key) of one sequence, then what each row spends on none."""
    chance = torch.Generator().manual_seed(SHOWN)
    tokens, _, silent = sequences.draw(1, 1, chance)
    weights = head.weights(tokens.expand(n_heads, -1, -1, -1))[0, 0]
    n_tokens = tokens.shape[-2]
    drawn = torch.cat([weights[:, :n_tokens], unread(weights, n_tokens)[:, None]], -1)
    return {
        "map": [[round(n, 3) for n in row] for row in drawn.tolist()],
        "triggers": (~silent[0, 0]).nonzero()[:, 0].tolist(),
    }


def _cases(shares: tuple[float, ...], n_heads: int, steps: int) -> list[dict]:
    return [
        {"weights": name, "begins": begins, "share": share, "n_heads": n_heads, "steps": steps}
        for name in WEIGHS
        for begins in (True, False)
        for share in shares
    ]


SINKS = Experiment(
    name="normalisation-sinks",
    title="Where a head that often owes nothing puts its weight",
    source="Gu et al. 2024, arXiv:2410.10781, whose models are language models; this toy is ours",
    cases={
        "quick": _cases((0.2,), 2, 60),
        "full": _cases((0.05, 0.2, 0.5, 0.8), 5, 300),
    },
    seeds={"quick": 1, "full": 1},
    run=run,
)
