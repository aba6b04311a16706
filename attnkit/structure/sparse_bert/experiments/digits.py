"""Digits by transformers trained without a distance, with and without a residual sum."""

from torch import Tensor, nn

from attnkit.experiments import Experiment
from attnkit.structure.shared.experiments.digits import N_PATCHES, Classifier, measured, trained
from attnkit.structure.sparse_bert.sparse_bert import kept_offsets, offset_weights

__all__ = ["OFFSET_DIGITS"]

WIDTH, N_HEADS = 16, 2


class Attention(nn.Module):
    """Two heads of attention without keys at some distances."""

    def __init__(self, without: list[int]):
        super().__init__()
        self.without = without
        self.made = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.output = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        made = self.made(x).unflatten(-1, (3, N_HEADS, -1)).movedim(-3, 0).transpose(-3, -2)
        queries, keys, values = made
        scores = queries @ keys.mT / queries.shape[-1] ** 0.5
        read = offset_weights(scores, self.without) @ values
        return self.output(read.transpose(-3, -2).flatten(-2))


def run(case: dict, *, seed: int, device: str) -> dict:
    """Loss and share right of digits that were not trained on, and pairs of patches that are left.

    Without "others" the diagonal is left and nothing else.
    """
    without = [*range(1, N_PATCHES)] if case["without"] == "others" else case["without"]

    def make() -> Classifier:
        return Classifier(lambda: Attention(without), mlp=True, residual=case["residual"])

    model = trained(make, epochs=case["epochs"], seed=seed)
    pairs = kept_offsets(N_PATCHES, N_PATCHES, without).float().mean().item()
    return {**measured(model), "pairs": round(pairs, 4)}


def _cases(choices: list, epochs: int) -> list[dict]:
    return [
        {"without": without, "residual": residual, "epochs": epochs}
        for residual in (True, False)
        for without in choices
    ]


CHOICES: list = [[], *([offset] for offset in (0, 1, 4)), "others"]

OFFSET_DIGITS = Experiment(
    name="structure-sparse-bert-digits",
    title="Digits by transformers trained without a distance",
    source="Shi et al. 2021 (arXiv:2102.12871) for the question; data and sizes are ours",
    cases={"quick": _cases([[], [0]], 1), "full": _cases(CHOICES, 15)},
    seeds={"quick": 1, "full": 3},
    run=run,
)
