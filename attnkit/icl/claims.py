"""What the chapter on in-context regression claims, measured."""

import statistics

import torch

from attnkit.claims import claim
from attnkit.experiments import load
from attnkit.icl.experiments.anisotropic import autoregressive_covariance
from attnkit.icl.experiments.two_tasks import overlapping_tasks
from attnkit.icl.recorded.descent import BATCHES, gaps
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import (
    asymptotic_bayes_risk,
    best_debiased_preconditioner,
    debiased_gradient_descent_rate,
    debiased_gradient_descent_risk,
    debiased_preconditioner_risk,
    gradient_flow,
    head_moments,
    shared_risk,
    small_scale_risk,
)
from attnkit.icl.training import train

SETTING = (5, 40, 0.1)
PAPER = "He, Pan, Chen, Yang (2025), arXiv:2503.12734"


def _moments(scales: list[float]):
    chance = torch.Generator().manual_seed(0)
    tensor = torch.tensor(scales, dtype=torch.float64)
    return head_moments(tensor, *SETTING, n_draws=4000, generator=chance)


def _recorded(name: str, key: str, **wanted) -> list:
    """One entry per initialisation, from the units whose case agrees with `wanted`."""
    units = [u for u in load(name)["units"] if wanted.items() <= u["case"].items()]
    return [entry for unit in units for entry in unit["result"][key]]


@claim("debiased-descent-optimum", source=PAPER, computes=debiased_gradient_descent_risk)
def debiased_descent_optimum() -> dict[str, float]:
    """Best rate and risk of debiased gradient descent at d = 5, L = 40, noise 0.1."""
    return {
        "best rate": debiased_gradient_descent_rate(*SETTING),
        "risk": debiased_gradient_descent_risk(*SETTING),
    }


@claim("zero-sum-in-one-line", source="Derived here", computes=small_scale_risk)
def zero_sum_in_one_line() -> dict[str, float]:
    """Risk of a small pair whose gains sum to zero, and of one whose gains sum to 3."""
    scales = torch.tensor([0.003, -0.003], dtype=torch.float64)
    found = {}
    for total in (0.0, 3.0):
        gains = torch.tensor([146.5 + total, -146.5], dtype=torch.float64)
        found[f"sum {total:g}, formula"] = small_scale_risk(scales, gains, *SETTING).item()
        found[f"sum {total:g}, sampled"] = _moments(scales.tolist()).risk(gains).mean.item()
    return found


@claim("flat-valley", source="Derived here", computes=head_moments)
def flat_valley() -> dict[str, float]:
    """Risk above that at scale 0.001, with the best gains, along the valley."""
    floor = _moments([0.001, -0.001])
    excess = {}
    for scale in (0.08, 0.15, 0.3, 0.5):
        moments = _moments([scale, -scale])
        excess[f"scale {scale}"] = moments.excess_risk(moments.best_gains(), floor).mean.item()
    return excess


@claim("one-head-loses", source=PAPER, computes=head_moments)
def one_head_loses() -> dict[str, float]:
    """Least risk of one head over all scales and gains, and that of two."""
    single = [_moments([scale / 10]) for scale in range(1, 11)]
    pair = _moments([0.08, -0.08])
    return {
        "one head": min(m.risk(m.best_gains()).mean.item() for m in single),
        "two heads": pair.risk(pair.best_gains()).mean.item(),
    }


@claim("heads-become-debiased-descent", source=PAPER, computes=train)
def heads_become_debiased_descent() -> dict[str, float]:
    """Share of initialisations that emerge in 1,000 steps, and how far the worst of them is."""
    best = debiased_gradient_descent_rate(*SETTING)
    emerged, excess, products, ratios = (
        _recorded("icl-emergence", key, steps=1000)
        for key in ("emerged", "excess_risk", "sum_of_products", "zero_sum_ratio")
    )
    return {
        "emerged": sum(emerged) / len(emerged),
        "initialisations": len(emerged),
        "largest excess risk": max(excess),
        "largest error of the product": max(abs(p / best - 1) for p in products),
        "largest zero-sum ratio": max(ratios),
    }


@claim("sign-lottery", source="Derived here", computes=train)
def sign_lottery() -> dict[str, float]:
    """Share of small unbalanced starts that end with both signs, by number of heads."""
    shares = {}
    for n_heads in (2, 3, 4, 6):
        units = [u for u in load("icl-lottery")["units"] if u["case"]["n_heads"] == n_heads]
        for start in ("small", "default"):
            results = [u["result"] for u in units if u["case"]["start"] == start]
            share = sum(r["won"] for r in results) / sum(r["of"] for r in results)
            shares[f"{n_heads} heads, {start}"] = share
    return shares


@claim("two-heads-are-enough", source=PAPER, computes=train)
def two_heads_are_enough() -> dict[str, float]:
    """Risk above debiased gradient descent, mean over seeds, by number of heads."""
    return {
        f"{n_heads} heads": statistics.fmean(_recorded("icl-heads", "excess_risk", n_heads=n_heads))
        for n_heads in (1, 2, 3, 4, 8)
    }


@claim("normaliser-not-softmax", source=PAPER + ", abstract; refined here", computes=train)
def normaliser_not_softmax() -> dict[str, float]:
    """Risk at 400 examples of heads trained with 40."""
    units = load("icl-length")["units"]
    place = units[0]["case"]["test_lengths"].index(400)
    names = ("softmax, two heads", "linear, 1/L of the test", "linear, 1/L of training")
    return {
        name: statistics.fmean(x for unit in units for x in unit["result"][name][place])
        for name in names
    }


@claim("nearly-bayes-where", source="Derived here", computes=asymptotic_bayes_risk)
def nearly_bayes_where() -> dict[str, float]:
    """Risk of debiased gradient descent over that of Bayes ridge, as L grows with d/L fixed."""
    ratios = {}
    for ratio in (0.125, 0.5):
        for noise in (0.1, 1.0, 3.0):
            # A million examples stand for the limit.
            debiased = debiased_gradient_descent_risk(ratio * 1e6, 1e6, noise)
            name = f"d/L {ratio:g}, noise {noise:g}"
            ratios[name] = debiased / asymptotic_bayes_risk(ratio, noise)
    return ratios


@claim("anisotropic-optimum", source="Derived here", computes=best_debiased_preconditioner)
def anisotropic_optimum() -> dict[str, float]:
    """Risk of the best preconditioner and of the best multiple of the identity, correlation 1/2."""
    task = RegressionTask(covariance=autoregressive_covariance(5, 0.5))
    eye = torch.eye(5, dtype=torch.float64)
    plain = min(
        debiased_preconditioner_risk(task, rate / 100 * eye).item() for rate in range(20, 90)
    )
    best = debiased_preconditioner_risk(task, best_debiased_preconditioner(task)).item()
    return {"preconditioner": best, "one rate": plain}


@claim("learned-preconditioner", source=PAPER, computes=best_debiased_preconditioner)
def learned_preconditioner() -> dict[str, float]:
    """Distance of the learned matrix from the predicted one, relative to its size."""
    distances = _recorded("icl-anisotropic", "distance")
    return {
        "median": statistics.median(distances),
        "share within 3 %": sum(x < 0.03 for x in distances) / len(distances),
    }


@claim("heads-against-tasks", source="Derived here", computes=shared_risk)
def heads_against_tasks() -> dict[str, float]:
    """Least risk of two overlapping tasks by number of heads, scales small."""
    return {
        f"{n_heads} heads": shared_risk(overlapping_tasks(), n_heads).mean().item()
        for n_heads in (2, 3, 4)
    }


@claim("two-tasks-three-heads", source=PAPER, computes=train)
def two_tasks_three_heads() -> dict[str, float]:
    """Least and largest trained risk of two overlapping tasks, by number of heads."""
    found = {}
    for n_heads in (2, 3, 4):
        risks = _recorded("icl-two-tasks", "risk", n_heads=n_heads)
        found |= {f"{n_heads} heads, least": min(risks), f"{n_heads} heads, largest": max(risks)}
    return found


@claim("plain-descent-and-flow", source="Derived here", computes=gradient_flow)
def plain_descent_and_flow() -> dict[str, float]:
    """Mean gap to the flow by batch and rate, over twelve starts, in shares of the flow's end."""
    return {
        f"{batch}, rate {rate:g}": float(gap)
        for batch in BATCHES
        for rate, gap in zip(gaps(batch)[0], gaps(batch)[1].mean(1), strict=True)
    }
