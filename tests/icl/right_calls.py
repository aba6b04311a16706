"""Right calls of what a head learns."""

import torch

from attnkit import icl
from attnkit.icl import theory
from tests.fuzz import Call

TASK = icl.RegressionTask(d=3, n_examples=7, noise_variance=0.3)
TWO = icl.RegressionTask(d=3, n_examples=7, prior=torch.stack([torch.eye(3), torch.eye(3) / 3]))
UNSEEN = {"nan", "inf", "minus inf"}


def chance():
    return torch.Generator().manual_seed(0)


def prompts():
    return icl.sample_prompts(TASK, 11, generator=chance(), dtype=torch.float64)


def fields():
    sample = prompts()
    names = ("inputs", "targets", "queries", "query_targets")
    return {name: getattr(sample, name).clone() for name in names}


def circuits():
    return icl.Heads(TASK, n_heads=2, generator=chance()).circuits.copied()


def run():
    heads = icl.Heads(TASK, n_heads=2, generator=chance())
    return icl.train(TASK, heads, generator=chance(), recipe=icl.Recipe(steps=2))


def symmetric(d=3):
    return torch.eye(d, dtype=torch.float64) / d + 0.1


def setting():
    return {"d": 5.0, "n_examples": 40.0, "noise_variance": 0.1}


def tensors():
    place = torch.tensor([5.0, 7.0, 11.0], dtype=torch.float64)
    return {"d": place, "n_examples": 4 * place, "noise_variance": place / 50}


def signs():
    return torch.tensor([1.0, -1.0], dtype=torch.float64)


def heads():
    return {"scales": 0.1 * signs(), "gains": 4.0 * signs()}


def moments():
    given = {"d": 3, "n_examples": 7, "noise_variance": 0.5, "n_draws": 11}
    return theory.head_moments(0.1 * signs(), generator=chance(), **given)


def rows():
    features = torch.randn(9, 3)
    given = {"features": features, "target": features.sum(1)}
    return given | {"n_prompts": 2, "n_examples": 3, "generator": chance()}


LOSS = {
    "__call__": heads,
    "gradient": heads,
    "form": lambda: {"scales": 0.1 * signs()},
    "best_gains": lambda: {"scales": 0.1 * signs()},
}
ANSWER = {"__call__": lambda: {"prompts": prompts()}}
LOSS_SETTING = {"d": 5, "n_examples": 40, "noise_variance": 0.1}
PREDICTORS = [
    Call(icl.GradientDescent, lambda: {"preconditioner": 0.5}, then=ANSWER),
    Call(icl.GradientDescent, lambda: {"preconditioner": symmetric()}, then=ANSWER),
    Call(icl.DebiasedGradientDescent, lambda: {"preconditioner": symmetric()}, then=ANSWER),
    Call(
        icl.BayesRidge,
        lambda: {"noise_variance": 0.3, "prior": symmetric()},
        means={"prior": {"none"}},
        then=ANSWER,
    ),
    Call(icl.LeastSquares, dict, then=ANSWER),
    Call(icl.KernelSmoother, lambda: {"sharpness": 0.4, "gain": 2.0}, then=ANSWER),
]
OPTIONAL = {"none"}

CALLS = [
    Call(icl.Prompts, fields, then={"split": lambda: {"size": 4}}),
    Call(
        icl.RegressionTask,
        lambda: {
            "d": 3,
            "n_examples": 7,
            "noise_variance": 0.1,
            "covariance": symmetric(),
            "prior": symmetric(),
        },
        means={"covariance": OPTIONAL, "prior": OPTIONAL},
    ),
    Call(icl.sample_prompts, lambda: {"task": TASK, "n_prompts": 3, "generator": chance()}),
    Call(icl.prompts_from_rows, rows),
    Call(icl.risk, lambda: {"predictor": icl.GradientDescent(0.5), "prompts": prompts()}),
    Call(
        icl.excess_risk,
        lambda: {
            "predictor": icl.GradientDescent(0.5),
            "reference": icl.LeastSquares(),
            "prompts": prompts(),
        },
    ),
    *PREDICTORS,
    Call(icl.balance_signs, lambda: {"heads": icl.Heads(TASK, n_heads=2, generator=chance())}),
    Call(icl.softmax_weights, lambda: {"scores": torch.randn(3, 7)}, means={"scores": UNSEEN}),
    Call(
        icl.linear_weights,
        lambda: {"scores": torch.randn(3, 7), "normaliser": 5.0},
        means={"scores": UNSEEN, "normaliser": OPTIONAL},
    ),
    Call(
        icl.Circuits,
        lambda: {
            "key_query": circuits().key_query,
            "output_value": circuits().output_value,
            "weigh": icl.softmax_weights,
        },
        then=ANSWER,
    ),
    Call(
        icl.Heads,
        lambda: {"task": TASK, "n_heads": 2, "generator": chance(), "n_seeds": 3},
        then={"forward": ANSWER["__call__"]},
    ),
    Call(
        icl.DirectHeads,
        lambda: {"task": TASK, "n_heads": 2, "generator": chance(), "n_seeds": 3, "size": 0.1},
        then={"forward": ANSWER["__call__"]},
    ),
    Call(
        icl.Recipe,
        lambda: {
            "steps": 20,
            "learning_rate": 0.1,
            "batch_size": 11,
            "warm_up": 3,
            "checkpoint_every": 5,
        },
        means={"warm_up": {"zero"}},
        then={"factor": lambda: {"step": 7}},
    ),
    Call(
        icl.train,
        lambda: {
            "task": TASK,
            "heads": icl.Heads(TASK, n_heads=2, generator=chance()),
            "generator": chance(),
            "recipe": icl.Recipe(steps=2),
        },
        reads=lambda run: run.loss,
    ),
    Call(icl.measure_patterns, lambda: {"circuits": circuits()}),
    Call(icl.emergence_steps, lambda: {"run": run()}),
    Call(theory.gradient_descent_rate, setting),
    Call(theory.gradient_descent_rate, tensors),
    Call(theory.debiased_gradient_descent_rate, setting),
    Call(theory.debiased_gradient_descent_rate, tensors),
    Call(theory.gradient_descent_risk, lambda: setting() | {"rate": 0.5}, means={"rate": OPTIONAL}),
    Call(theory.gradient_descent_risk, tensors),
    Call(
        theory.debiased_gradient_descent_risk,
        lambda: tensors() | {"rate": signs()[:1]},
        means={"rate": OPTIONAL},
    ),
    Call(theory.small_scale_risk, lambda: heads() | setting()),
    Call(theory.asymptotic_bayes_risk, lambda: {"ratio": 0.7, "noise_variance": 0.3}),
    Call(
        theory.asymptotic_bayes_risk,
        lambda: {"ratio": tensors()["d"] / 10, "noise_variance": tensors()["noise_variance"]},
    ),
    Call(theory.best_preconditioner, lambda: {"task": TWO}),
    Call(theory.best_debiased_preconditioner, lambda: {"task": TWO}),
    Call(theory.preconditioner_risk, lambda: {"task": TWO, "preconditioner": symmetric()}),
    Call(theory.debiased_preconditioner_risk, lambda: {"task": TWO, "preconditioner": symmetric()}),
    Call(theory.sufficient_heads, lambda: {"n_targets": 3}),
    Call(theory.shared_preconditioners, lambda: {"task": TWO, "n_heads": 2, "sweeps": 5}),
    Call(theory.shared_risk, lambda: {"task": TWO, "n_heads": 2}),
    Call(theory.ReducedLoss, lambda: LOSS_SETTING | {"shrink": 0.9}, then=LOSS),
    Call(theory.authors_loss, lambda: dict(LOSS_SETTING)),
    Call(theory.corrected_loss, lambda: dict(LOSS_SETTING)),
    Call(
        theory.gradient_flow,
        lambda: (
            heads()
            | {
                "gradient": theory.corrected_loss(5, 40, 0.1).gradient,
                "times": torch.tensor([0.0, 0.5, 2.0], dtype=torch.float64),
            }
        ),
    ),
    Call(
        theory.head_moments,
        lambda: (
            {"scales": 0.1 * signs(), "d": 3, "n_examples": 7, "noise_variance": 0.5}
            | {"n_draws": 11, "generator": chance()}
        ),
        then={},
    ),
    Call(
        theory.HeadMoments,
        lambda: {"hit": moments().hit, "form": moments().form, "noise_variance": 0.5},
        then={
            "risk": lambda: {"gains": signs()},
            "excess_risk": lambda: {"gains": signs(), "other": moments()},
        },
    ),
]
