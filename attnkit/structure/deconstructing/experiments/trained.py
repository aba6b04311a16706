"""Every pair of kinds trained on recall, and a third layer between two that are standard."""

import itertools

import torch
from torch.nn.functional import cross_entropy

from attnkit.experiments import Experiment, global_seed
from attnkit.memory import recall_sequences
from attnkit.structure.deconstructing.model import KINDS, Switchboard

__all__ = ["DECONSTRUCTED_LONGER", "DECONSTRUCTED_RECALL", "N_PAIRS", "VOCABULARY", "learning"]

N_PAIRS, VOCABULARY, BATCH = 6, 32, 64
LOOKS = 10
"""Into how many equal parts the training is cut to look at it."""


def learning(kinds: list[str], steps: int, seed: int) -> list[float]:
    """Share of answers that are right in each tenth of the training.

    Every sequence is fresh, so that what is learned from tells what was learned before.
    """
    generator = torch.Generator().manual_seed(seed)
    with global_seed(seed):
        model = Switchboard(kinds, vocabulary=VOCABULARY, n_answers=VOCABULARY // 2)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=steps)
    right = []
    for _ in range(steps):
        scores, answers = asked(model, BATCH, generator)
        optimiser.zero_grad()
        cross_entropy(scores.flatten(0, 1), answers.flatten()).backward()
        optimiser.step()
        schedule.step()
        right.append((scores.argmax(-1) == answers).double().mean())
    tenths = torch.stack(right).unflatten(0, (LOOKS, -1)).mean(-1)
    return [round(share, 4) for share in tenths.tolist()]


def asked(model: Switchboard, n_sequences: int, generator: torch.Generator):
    """Scores (sequence, pair, value) at the places where a value is asked for, and the answers."""
    tokens, answers = recall_sequences(
        n_sequences, N_PAIRS, vocabulary=VOCABULARY, generator=generator
    )
    return model(tokens)[:, -N_PAIRS:], answers


def run(case: dict, *, seed: int, device: str) -> dict:
    """The accuracies of one arrangement of layers on the way."""
    return {"accuracy": learning(case["kinds"], case["steps"], seed)}


def _arrangements() -> list[list[str]]:
    """Every pair, and three layers of which at most one is not standard.

    Two are left out. A static first layer is standard, for there the states are the embeddings; and
    a layer after nothing is that layer before nothing.
    """
    pairs = [[*pair] for pair in itertools.product(KINDS, repeat=2)]
    pairs = [pair for pair in pairs if pair[0] not in ("static", "nothing")]
    three = [
        ["standard"] * at + [kind, *["standard"] * (2 - at)]
        for kind in ("positional", "fixed", "elementwise")
        for at in range(3)
    ]
    return [*pairs, ["nothing"] * 2, ["standard"] * 3, *three]


QUICK = (["standard", "standard"], ["positional", "standard"], ["standard", "positional"])

DECONSTRUCTED_RECALL = Experiment(
    name="structure-deconstructing-recall",
    title="Recall by every pair of kinds of layer, and by three of which one is exchanged",
    source="Xue et al. 2025, arXiv:2510.11602, for the kinds; task and sizes are ours",
    cases={
        "quick": [{"kinds": kinds, "steps": 200} for kinds in QUICK],
        "full": [{"kinds": kinds, "steps": 200} for kinds in _arrangements()],
    },
    seeds={"quick": 1, "full": 3},
    run=run,
)

LONGER = (
    ["standard", "static"],
    ["second order", "static"],
    ["positional", "static"],
    ["fixed", "standard"],
    ["standard", "positional"],
    ["elementwise", "standard"],
    ["standard"],
)
"""What 200 steps leave open: slow, or never?"""

DECONSTRUCTED_LONGER = Experiment(
    name="structure-deconstructing-longer",
    title="Recall by the layers that have not learned it in 200 steps, six times as long",
    source="Xue et al. 2025, arXiv:2510.11602, for the kinds; task and sizes are ours",
    cases={
        "quick": [{"kinds": LONGER[0], "steps": 200}],
        "full": [{"kinds": kinds, "steps": 1200} for kinds in LONGER],
    },
    seeds={"quick": 1, "full": 3},
    run=run,
)
