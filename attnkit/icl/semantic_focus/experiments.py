"""Steps until a small head recalls: looking at all keys, at its best few, or at fixed ones.

The task is that of `attnkit.memory.associative_recall`.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from attnkit.experiments import Experiment
from attnkit.icl.semantic_focus.focus import focused_weights
from attnkit.memory import recall_sequences

__all__ = ["KINDS", "SEMANTIC_FOCUS"]

VOCABULARY, WIDTH, EVERY = 32, 32, 5
Weigh = Callable[[Tensor], Tensor]


class RecallHead(nn.Module):
    """One head that asks with a token, matches the token before each key, and reads the key."""

    def __init__(self, weigh: Weigh, generator: torch.Generator):
        super().__init__()
        self.weigh = weigh

        def drawn(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape, generator=generator) / WIDTH**0.5)

        self.embedding = drawn(VOCABULARY, WIDTH)
        self.query, self.key, self.value = (drawn(WIDTH, WIDTH) for _ in range(3))
        self.before, self.choice = drawn(WIDTH, WIDTH), drawn(WIDTH, VOCABULARY // 2)

    def forward(self, tokens: Tensor, n_asked: int) -> Tensor:
        """Scores of values (sequence, asked, value) at the last places."""
        states = WIDTH**0.5 * self.embedding[tokens]
        earlier = torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], 1)
        keys = states @ self.key + earlier @ self.before
        scores = states[:, -n_asked:] @ self.query @ keys.mT / WIDTH**0.5
        return self.weigh(scores) @ states @ self.value @ self.choice


def fixed(n_keys: int, n_asked: int, n_kept: int, generator: torch.Generator) -> Tensor:
    """Which keys each question may look at, whatever the sequence: as many, drawn once."""
    order = torch.rand(n_asked, n_keys, generator=generator).argsort(-1)
    return order < n_kept


def window(n_keys: int, n_asked: int, n_kept: int) -> Tensor:
    """The keys from each question's own place backwards."""
    place = torch.arange(n_keys - n_asked, n_keys)[:, None]
    gap = place - torch.arange(n_keys)
    return (gap >= 0) & (gap < n_kept)


def weigh_by(case: dict, generator: torch.Generator) -> Weigh:
    """What turns the scores of a case's kind into weights."""
    n, n_kept = case["n_pairs"], case["n_kept"]
    if case["kind"] == "best":
        return lambda scores: focused_weights(scores, n_kept)
    if case["kind"] == "all":
        return lambda scores: scores.softmax(-1)
    mask = window(3 * n, n, n_kept) if case["kind"] == "window" else None
    mask = fixed(3 * n, n, n_kept, generator) if mask is None else mask
    return lambda scores: scores.masked_fill(~mask, -torch.inf).softmax(-1)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Accuracy on fresh sequences every five steps, and the first step with nine of ten right."""
    generator = torch.Generator().manual_seed(seed)
    masks = torch.Generator().manual_seed(1000 + seed)
    head = RecallHead(weigh_by(case, masks), generator)
    optimiser = torch.optim.Adam(head.parameters(), lr=case["rate"])
    curve = []
    for step in range(case["steps"] + 1):
        tokens, answers = recall_sequences(
            64, case["n_pairs"], vocabulary=VOCABULARY, generator=generator
        )
        scores = head(tokens, case["n_pairs"])
        if step % EVERY == 0:
            curve.append(round((scores.argmax(-1) == answers).double().mean().item(), 4))
        optimiser.zero_grad()
        nn.functional.cross_entropy(scores.flatten(0, 1), answers.flatten()).backward()
        optimiser.step()
    reached = [EVERY * i for i, share in enumerate(curve) if share >= 0.9]
    return {"accuracy": curve, "steps": reached[0] if reached else None}


KINDS = (
    ("all", 24),
    *(("best", k) for k in (12, 8, 4, 2, 1)),
    *((kind, k) for kind in ("window", "fixed") for k in (12, 4)),
)
"""Which of 24 keys may be looked at, and how many."""


def _cases(kinds: tuple, steps: int) -> list[dict]:
    common = {"n_pairs": 8, "steps": steps, "rate": 0.003}
    return [{"kind": kind, "n_kept": n_kept, **common} for kind, n_kept in kinds]


SEMANTIC_FOCUS = Experiment(
    name="icl-semantic-focus",
    title="Steps until a head recalls, looking at all keys, at its best few, or at fixed ones",
    source="Ram et al. 2025, arXiv:2506.14095 (abstract), for the question; task is ours",
    cases={"quick": _cases((("all", 24), ("best", 1)), 60), "full": _cases(KINDS, 400)},
    seeds={"quick": 1, "full": 5},
    run=run,
)
