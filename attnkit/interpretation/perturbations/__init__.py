"""Attention meets perturbations: scores attacked during training, to make the map mean more."""

from attnkit.interpretation.perturbations.perturbations import attack_scores, score_gradient

__all__ = ["attack_scores", "score_gradient"]
