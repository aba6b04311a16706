"""Readers trained on attacked scores: how well they read, and what their weights then tell."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from attnkit.experiments import Experiment
from attnkit.interpretation.agreement.explanations import gradient_norm
from attnkit.interpretation.agreement.ranks import kendall_tau
from attnkit.interpretation.information.experiments import share_told
from attnkit.interpretation.perturbations.perturbations import attack_scores
from attnkit.interpretation.shared.experiments.reader import CONTEXTS, Loss, Reader, trained
from attnkit.interpretation.shared.sentences import draw

__all__ = ["PERTURBATIONS_TOY", "attacked_loss"]

SIZES = (0.0, 0.3, 1.0, 5.0)
N_EXPLAINED = 50


def attacked_loss(size: float) -> Loss:
    """Mean cross-entropy as it is, plus that after an attack of this size in every sentence."""

    def loss(reader: Reader, words: Tensor, labels: Tensor) -> Tensor:
        states = reader.context(reader.words(words))
        scores = reader.scores(states)
        clean = binary_cross_entropy_with_logits(reader.decide(states, scores), labels)
        (gradient,) = torch.autograd.grad(clean, scores, retain_graph=True)
        attacked = attack_scores(scores, gradient, size)
        return clean + binary_cross_entropy_with_logits(reader.decide(states, attacked), labels)

    return loss


def agreement(reader: Reader, words: Tensor) -> dict[str, float]:
    """Of weights and gradient norms: Kendall's tau and Pearson's correlation, mean over rows."""
    weights = reader.weights(words)
    norms = torch.stack([gradient_norm(reader, reader.words(row)) for row in words])
    pearson = torch.stack(
        [torch.corrcoef(torch.stack(pair))[0, 1] for pair in zip(weights, norms, strict=True)]
    )
    found = {"tau": kendall_tau(weights, norms), "pearson": pearson}
    return {name: round(rows.nanmean().item(), 4) for name, rows in found.items()}


def run(case: dict, *, seed: int, device: str) -> dict:
    """Of one reader: accuracy, information of its weights, agreement with its gradients."""
    loss = attacked_loss(case["size"])
    reader = trained(case["context"], "additive", n_steps=case["steps"], seed=seed, loss=loss)
    generator = torch.Generator().manual_seed(1000 + seed)
    words, _ = draw(N_EXPLAINED, generator)
    return share_told(reader, generator) | agreement(reader, words)


def _cases(steps: int, sizes: tuple[float, ...]) -> list[dict]:
    return [{"context": c, "size": size, "steps": steps} for c in CONTEXTS for size in sizes]


PERTURBATIONS_TOY = Experiment(
    name="interpretation-perturbations-toy",
    title="Readers trained on attacked scores: accuracy, information and agreement",
    source="Kitada and Iyatomi 2021, arXiv:2009.12064 (abstract and authors' code); a toy of ours",
    cases={"quick": _cases(10, (0.0, 1.0)), "full": _cases(200, SIZES)},
    seeds={"quick": 1, "full": 3},
    run=run,
)
