"""What a head learns: in-context linear regression, from training to theory."""

from attnkit.icl import theory
from attnkit.icl.circuits import Circuits, linear_weights, softmax_weights
from attnkit.icl.emergence import Patterns, emergence_steps, measure_patterns
from attnkit.icl.evaluation import Estimate, RiskEstimate, excess_risk, risk
from attnkit.icl.heads import DirectHeads, Heads, balance_signs
from attnkit.icl.predictors import (
    BayesRidge,
    DebiasedGradientDescent,
    GradientDescent,
    KernelSmoother,
    LeastSquares,
)
from attnkit.icl.prompts import Prompts, prompts_from_rows, sample_prompts
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.training import Recipe, TrainingDiverged, TrainingRun, print_progress, train

__all__ = [
    "BayesRidge",
    "Circuits",
    "DebiasedGradientDescent",
    "DirectHeads",
    "Estimate",
    "GradientDescent",
    "Heads",
    "KernelSmoother",
    "LeastSquares",
    "Patterns",
    "Prompts",
    "Recipe",
    "RegressionTask",
    "RiskEstimate",
    "TrainingDiverged",
    "TrainingRun",
    "balance_signs",
    "emergence_steps",
    "excess_risk",
    "linear_weights",
    "measure_patterns",
    "print_progress",
    "prompts_from_rows",
    "risk",
    "sample_prompts",
    "softmax_weights",
    "theory",
    "train",
]
