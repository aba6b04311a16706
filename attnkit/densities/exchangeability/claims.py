"""What the page on attention as a posterior mean claims, measured."""

import numpy as np

from attnkit.claims import claim
from attnkit.densities.exchangeability.kernel_mean import (
    conditional_mean,
    gaussian_scores,
    kernel_mean,
)
from attnkit.densities.exchangeability.recorded import SUMMARY, errors_by_length

__all__ = ["biased", "norm_term", "posterior_slope", "some_keys"]


def _slope(name: str) -> float:
    means = {n: errors.mean() for n, errors in errors_by_length(name).items()}
    return float(np.polyfit(np.log(list(means)), np.log(list(means.values())), 1)[0])


@claim("posterior-slope", source="After Zhang et al. 2022, derived here", computes=conditional_mean)
def posterior_slope() -> dict[str, float]:
    """Recorded: slope of the error in the tokens, and its size at the ends, over five seeds."""
    errors = errors_by_length("conditional mean")
    return {"slope": _slope("conditional mean")} | {
        f"n = {n}": float(errors[n].mean()) for n in (16, 1024)
    }


@claim("kernel-mean-bias", source="Derived here", computes=kernel_mean)
def biased() -> dict[str, float]:
    """Recorded: error at the latent's own bandwidth and at an eighth of it, over five seeds."""
    return {
        f"{name}, n = {n}": float(errors_by_length(name)[n].mean())
        for name in ("kernel mean", "narrow kernel mean", "conditional mean")
        for n in (128, 1024)
    }


@claim("norm-term-real", source="Measured here on one six-layer encoder", computes=gaussian_scores)
def norm_term() -> dict[str, float]:
    """Recorded: divergence of softmax's rows from the Gaussian kernel's and from equal weights."""
    real = SUMMARY["densities-exchangeability-real"]
    kernel, uniform = (np.array(real[name]) for name in ("from kernel", "from uniform"))
    return {
        "median head, from kernel": float(np.median(kernel)),
        "median head, from uniform": float(np.median(uniform)),
        "heads nearer to uniform": float((kernel > uniform).mean()),
        "lowest head, from kernel": float(kernel.min()),
    }


@claim("some-keys-real", source="Measured here on one six-layer encoder", computes=kernel_mean)
def some_keys() -> dict[str, float]:
    """Recorded: squared error of an eighth and of half of the keys, over the values' variance."""
    errors = SUMMARY["densities-exchangeability-real"]["errors"]
    eighth, half = (np.array(errors[share]) for share in ("0.125", "0.5"))
    return {
        "median head, an eighth": float(np.median(eighth)),
        "median head, half": float(np.median(half)),
        "median ratio": float(np.median(eighth / half)),
        "largest ratio": float((eighth / half).max()),
    }
