"""What a gate changes in a head that learns to copy; and whether a trained sink is one already."""

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.experiments import Experiment
from attnkit.normalisation.shared.trigger_copy import Head, Sequences, measure, train
from attnkit.trained import capture, encoder, passages

__all__ = ["SINK_AS_GATE", "TOY", "rows_of_sinks"]


def run_toy(case: dict, *, seed: int, device: str) -> dict:
    """One head trained with or without a gate, on sequences with or without a first mark."""
    generator = torch.Generator().manual_seed(seed)
    sequences = Sequences(begins=case["begins"])
    head = Head(softmax, sequences.width, generator=generator, n_seeds=1, gate=case["gate"])
    train(head, sequences, case["n_steps"], generator)
    found = measure(head, sequences, generator)._asdict()
    return {name: found[name].item() for name in ("loss", "first", "largest", "output")}


def rows_of_sinks(weights: Tensor, values: Tensor) -> dict[str, Tensor]:
    """Each row's mass on the first token, and what it reads, in median lengths of a value.

    Of weights (head, query, key) and values (head, key, feature); all (head, query). `given` is
    what the first token gives of it, `rest` what is read of the others where they get all.
    """
    length = values.norm(dim=-1).median(-1).values[:, None]
    mass = weights[..., 0]
    read = weights @ values
    given = mass[..., None] * values[:, :1]
    rest = (read - given) / (1 - mass[..., None])
    lengths = {"output": read, "given": given, "rest": rest}
    return {"mass": mass} | {name: part.norm(dim=-1) / length for name, part in lengths.items()}


def run_sink_as_gate(case: dict, *, seed: int, device: str) -> dict:
    """By head, over all rows of some passages: mass on the first token, and what comes out.

    `mass` is the mean over passages of a passage's mean, so that a long one counts as any other.
    """
    real = encoder()
    pooled: dict[str, list[Tensor]] = {}
    for text in passages()[: case["n_passages"]]:
        found = capture(real.model, real.tokens(text))
        rows = rows_of_sinks(found.weights.flatten(0, 1), found.values.flatten(0, 1))
        for name, row in rows.items():
            pooled.setdefault(name, []).append(row)
    rows = {name: torch.cat(parts, -1).double() for name, parts in pooled.items()}
    mass, output = rows["mass"], rows["output"]
    return {
        "mass": torch.stack([part.mean(-1) for part in pooled["mass"]]).mean(0).tolist(),
        "correlation": [_correlation(*head) for head in zip(mass, output, strict=True)],
        "correlation_of_rest": [
            _correlation(m[m < 0.99], head[m < 0.99])  # the rest is 0 / 0 where the first has all
            for m, head in zip(mass, rows["rest"], strict=True)
        ],
        "quiet": [_mean(head[m > 0.5]) for head, m in zip(output, mass, strict=True)],
        "loud": [_mean(head[m <= 0.5]) for head, m in zip(output, mass, strict=True)],
        "share_quiet": (mass > 0.5).double().mean(-1).tolist(),
        "given_of_output": (rows["given"] / output).median(-1).values.tolist(),
    }


def _correlation(one: Tensor, other: Tensor) -> float | None:
    both = torch.stack([one, other])
    return None if (both.std(-1) == 0).any() else torch.corrcoef(both)[0, 1].item()


def _mean(numbers: Tensor) -> float | None:
    return numbers.mean().item() if len(numbers) else None


def _toy_cases(n_steps: int) -> list[dict]:
    return [
        {"begins": begins, "gate": gate, "n_steps": n_steps}
        for begins in (True, False)
        for gate in (False, True)
    ]


TOY = Experiment(
    name="normalisation-gated",
    title="A head that copies at a trigger, with and without a gate and a first mark",
    source="Settings are ours, after Qiu et al. 2025 (arXiv:2505.06708) and Gu et al. 2024",
    cases={"quick": _toy_cases(40), "full": _toy_cases(400)},
    seeds={"quick": 1, "full": 10},
    run=run_toy,
)

SINK_AS_GATE = Experiment(
    name="normalisation-sink-as-gate",
    title="Mass on the first token and length of what is read, by head of one six-layer encoder",
    source="Measured here on all-MiniLM-L6-v2",
    cases={"quick": [{"n_passages": 2}], "full": [{"n_passages": 30}]},
    seeds={"quick": 1, "full": 1},
    run=run_sink_as_gate,
)
