"""How the induction model learns, in seconds."""

import torch
from torch import Tensor, nn

from attnkit.experiments.chance import global_seed
from attnkit.interpretation.retrieval_heads.model import InductionModel
from attnkit.interpretation.retrieval_heads.sequences import repeated_sequences

__all__ = ["Lesson", "accuracy", "learned"]

VOCABULARY, N_TOKENS, PERIODS = 64, 65, (8, 32)


def drawn(n_sequences: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Sequences as the model is trained on them, and where the next token is known."""
    return repeated_sequences(
        n_sequences, N_TOKENS, periods=PERIODS, vocabulary=VOCABULARY, generator=generator
    )


class Lesson:
    """A model on its way: `lesson(n)` takes n more steps of Adam and returns the last loss."""

    def __init__(self, seed: int, n_heads: int = 4):
        with global_seed(seed):
            self.model = InductionModel(VOCABULARY, n_heads=n_heads)
        self.generator = torch.Generator().manual_seed(seed)
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=3e-3, betas=(0.9, 0.98))
        self.n_steps = 0

    def __call__(self, n_steps: int) -> float:
        for _ in range(n_steps):
            tokens, known = drawn(32, self.generator)
            logits, _ = self.model(tokens[:, :-1])
            known = known[:, :-1]
            loss = nn.functional.cross_entropy(logits[known], tokens[:, 1:][known])
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
        self.n_steps += n_steps
        return loss.item()


@torch.no_grad()
def accuracy(model: InductionModel, seed: int = 10_007, n_sequences: int = 256) -> float:
    """Share of known next tokens that are predicted, on fresh sequences."""
    tokens, known = drawn(n_sequences, torch.Generator().manual_seed(seed))
    right = model(tokens[:, :-1])[0].argmax(-1) == tokens[:, 1:]
    return right[known[:, :-1]].double().mean().item()


def learned(seed: int, n_steps: int = 400, n_heads: int = 4) -> InductionModel:
    """A model after its last step."""
    lesson = Lesson(seed, n_heads)
    lesson(n_steps)
    return lesson.model.eval()
