"""Every memory of the room trained on one task: accuracy against the numbers it keeps."""

from dataclasses import replace

import torch
from torch import Tensor

from attnkit.cards.quantities import count
from attnkit.experiments import Experiment
from attnkit.memory.associative_recall.codes import codes_recalled
from attnkit.memory.associative_recall.mixers import Mixer, mixers
from attnkit.memory.associative_recall.model import RecallModel
from attnkit.memory.associative_recall.task import recall_sequences

__all__ = ["ASSOCIATIVE_RECALL", "RECALLED_CODES", "trained"]

D_VALUE = 32
MOST = 6000
"""Numbers kept, beyond which a width is left out."""

WINDOWS = {4: 8, 8: 16, 16: 32, 32: 64}
"""How many tokens a window keeps at each width of its keys."""


def trained(case: dict, seed: int) -> tuple[RecallModel, torch.Generator]:
    """A model after its last step, and the source of its sequences."""
    generator = torch.Generator().manual_seed(seed)
    model = RecallModel(_mixer(case), case["vocabulary"], D_VALUE, D_VALUE)
    model.begin(generator)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=case["steps"])
    for _ in range(case["steps"]):
        scores, answers, _ = asked(model, case, 32, generator)
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(scores.flatten(0, 1), answers.flatten()).backward()
        optimiser.step()
        schedule.step()
    return model, generator


def _mixer(case: dict) -> Mixer:
    """The memory of a case, of its width and window."""
    settings = {name: case[name] for name in ("window",) if name in case}
    mixer = mixers()[case["memory"]]
    return replace(mixer, d_key=case["d_key"], settings={**mixer.settings, **settings})


def asked(
    model: RecallModel, case: dict, n_sequences: int, generator: torch.Generator
) -> tuple[Tensor, Tensor, int]:
    """Scores (sequence, pair, value) where values are asked for, the answers, the numbers kept."""
    sizes = {"vocabulary": case["vocabulary"], "generator": generator}
    tokens, answers = recall_sequences(n_sequences, case["n_pairs"], **sizes)
    scores, kept = model(tokens)
    return scores[:, -case["n_pairs"] :], answers, kept


def run(case: dict, *, seed: int, device: str) -> dict:
    """Share of answers that are right in 256 fresh sequences, and the numbers kept."""
    model, generator = trained(case, seed)
    with torch.no_grad():
        scores, answers, kept = asked(model, case, 256, generator)
    right = (scores.argmax(-1) == answers).double().mean().item()
    return {"accuracy": round(right, 5), "kept": kept}


def run_codes(case: dict, *, seed: int, device: str) -> dict:
    """The same without training, of random codes."""
    generator = torch.Generator().manual_seed(seed)
    right, kept = codes_recalled(_mixer(case), case["n_pairs"], generator)
    return {"accuracy": round(right, 5), "kept": kept}


def _cases(widths: tuple[int, ...], n_tokens: int, **task: int) -> list[dict]:
    """Every memory at each width at which it keeps few enough numbers after so many tokens."""
    cases = []
    for name, mixer in mixers().items():
        for d in widths:
            case = {"memory": name, "d_key": d, **task}
            if "window" in mixer.settings:
                case["window"] = WINDOWS[d]
            if count(mixer.kept, {"n": n_tokens, "d_key": d, "d_value": D_VALUE}) <= MOST:
                cases.append(case)
    return cases


RECALLED_CODES = Experiment(
    name="memory-recalled-codes",
    title="Associative recall of every memory, of random codes, against the numbers it keeps",
    source="Arora et al. 2023, Zoology (arXiv:2312.04927), for the question; nothing is trained",
    cases={
        "quick": _cases((8,), 16, n_pairs=16),
        "full": [case for n in (16, 32, 64) for case in _cases((4, 8, 16, 32), n, n_pairs=n)],
    },
    seeds={"quick": 1, "full": 3},
    run=run_codes,
)

ASSOCIATIVE_RECALL = Experiment(
    name="memory-associative-recall",
    title="Multi-query associative recall of every memory, trained, against the numbers it keeps",
    source="Arora et al. 2023, Zoology (arXiv:2312.04927); sizes are ours",
    cases={
        "quick": _cases((8,), 3 * 8, n_pairs=8, vocabulary=32, steps=30),
        "full": _cases((4, 8, 16), 3 * 32, n_pairs=32, vocabulary=128, steps=300),
        "paper": _cases((4, 8, 16, 32), 3 * 64, n_pairs=64, vocabulary=8192, steps=20_000),
    },
    seeds={"quick": 1, "full": 3, "paper": 3},
    run=run,
)
