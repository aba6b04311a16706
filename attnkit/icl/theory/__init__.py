"""What the theorems speak of: best rates, risks, reduced dynamics, preconditioners, counting."""

from attnkit.icl.theory.preconditioners import (
    best_debiased_preconditioner,
    best_preconditioner,
    debiased_preconditioner_risk,
    preconditioner_risk,
)
from attnkit.icl.theory.reduced import ReducedLoss, authors_loss, corrected_loss, gradient_flow
from attnkit.icl.theory.risks import (
    asymptotic_bayes_risk,
    debiased_gradient_descent_rate,
    debiased_gradient_descent_risk,
    gradient_descent_rate,
    gradient_descent_risk,
    small_scale_risk,
)
from attnkit.icl.theory.shared_heads import shared_preconditioners, shared_risk, sufficient_heads
from attnkit.icl.theory.valley import HeadMoments, head_moments

__all__ = [
    "HeadMoments",
    "ReducedLoss",
    "asymptotic_bayes_risk",
    "authors_loss",
    "best_debiased_preconditioner",
    "best_preconditioner",
    "corrected_loss",
    "debiased_gradient_descent_rate",
    "debiased_gradient_descent_risk",
    "debiased_preconditioner_risk",
    "gradient_descent_rate",
    "gradient_descent_risk",
    "gradient_flow",
    "head_moments",
    "preconditioner_risk",
    "shared_preconditioners",
    "shared_risk",
    "small_scale_risk",
    "sufficient_heads",
]
