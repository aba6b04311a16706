"""Digits by transformers that lack one part after another."""

import torch
from torch import Tensor, nn

from attnkit.experiments import Experiment
from attnkit.structure.minimal.minimal import MinimalAttention, minimal_attention
from attnkit.structure.shared.experiments.digits import Classifier, measured, trained

__all__ = ["MINIMAL_DIGITS", "SCORES"]

WIDTH, N_HEADS = 16, 2


class FullScores(nn.Module):
    """A query matrix and a key matrix, of every head a share."""

    def __init__(self):
        super().__init__()
        self.pair = nn.Parameter(torch.randn(2, N_HEADS, WIDTH, WIDTH // N_HEADS) / WIDTH**0.5)

    def matrices(self) -> Tensor:
        return self.pair[0] @ self.pair[1].mT * N_HEADS**0.5


class SharedScores(nn.Module):
    """One matrix for queries and keys, so that a token's score of itself is never negative."""

    def __init__(self):
        super().__init__()
        self.one = nn.Parameter(torch.randn(N_HEADS, WIDTH, WIDTH // N_HEADS) / WIDTH**0.5)

    def matrices(self) -> Tensor:
        return self.one @ self.one.mT * N_HEADS**0.5


SCORES = {
    "queries and keys": FullScores,
    "symmetric": lambda: MinimalAttention(WIDTH, N_HEADS),
    "shared": SharedScores,
}


class Attention(nn.Module):
    """Heads by any of these scores, with a value and an output matrix or without."""

    def __init__(self, scores: str, *, value_output: bool):
        super().__init__()
        self.scores = SCORES[scores]()
        pair = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(2))
        self.value, self.output = pair if value_output else (nn.Identity(), nn.Identity())

    def forward(self, x: Tensor) -> Tensor:
        matrices = self.scores.matrices()
        if isinstance(self.value, nn.Identity):
            return minimal_attention(x, matrices)
        weights = (x[:, None] @ (matrices / WIDTH**0.5) @ x[:, None].mT).softmax(-1)
        own = self.value(x).unflatten(-1, (N_HEADS, -1)).transpose(1, 2)
        return self.output((weights @ own).transpose(1, 2).flatten(-2))


def run(case: dict, *, seed: int, device: str) -> dict:
    """Numbers learned, and loss and share right of digits that were not trained on."""

    def make() -> Classifier:
        return Classifier(
            lambda: Attention(case["scores"], value_output=case["value_output"]), mlp=case["mlp"]
        )

    def without() -> Classifier:
        return Classifier(lambda: None, mlp=case["mlp"])

    build = without if case["scores"] == "none" else make
    return measured(trained(build, epochs=case["epochs"], seed=seed))


def _cases(names: list[str], epochs: int) -> list[dict]:
    common = {"epochs": epochs}
    return [
        {"scores": scores, "value_output": value_output, "mlp": mlp, **common}
        for mlp in (True, False)
        for scores in names
        for value_output in ((True, False) if scores != "none" else (False,))
    ]


MINIMAL_DIGITS = Experiment(
    name="structure-minimal-digits",
    title="Digits by transformers that lack one part after another",
    source="Bermeitinger et al. 2024 (arXiv:2410.13732) for the question; data and sizes are ours",
    cases={
        "quick": _cases(["symmetric", "none"], 1),
        "full": _cases([*SCORES, "none"], 15),
    },
    seeds={"quick": 1, "full": 3},
    run=run,
)
