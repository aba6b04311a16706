"""What the theorems speak of: complexity, bounds, kernel norms, predicted learning curves."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq
from scipy.stats import linregress
from scipy.stats import t as student
from torch import Tensor

from attnkit.random_features.harmonics import Spectrum
from attnkit.random_features.powers import Power
from attnkit.random_features.ridge import dual_system
from attnkit.random_features.targets import PairFunction

__all__ = [
    "Slope",
    "approximation_bound",
    "complexity",
    "empirical_spectrum",
    "excess_risk_bound",
    "kernel_norm",
    "learning_curve",
    "log_slope",
    "predicted_error",
]


class Slope(NamedTuple):
    """Slope of log y on log x, with its 95% interval."""

    value: float
    low: float
    high: float


def complexity(pair: PairFunction, width: int) -> float:
    """Complexity B(f) of a polynomial target.

    ``B = sum_k C_k sum_{max(r,s) in {k-1,k}} |f_rs|^2`` with ``C_k = max(k^4.5 4^k, 1)``.

    Fu et al. 2023; the weights C_k are recalled, not checked against the paper's text. A value
    for the tensors as written: symmetrising them can only make it smaller.

    Raises
    ------
    ValueError
        If the pair function is not a polynomial.
    """
    norms = pair.tensor_norms(width)
    total = 0.0
    for (r, s), norm in norms.items():
        top = max(r, s)
        total += sum(max(k**4.5 * 4.0**k, 1.0) for k in (top, top + 1)) * norm**2
    return total


def approximation_bound(b: float, *, width: int, n_heads: int, confidence: float = 0.95) -> float:
    """Form of the error left by M heads, (d^2 + log M) B / (M (1 - confidence)).

    Fu et al. 2023, up to a constant that we could not verify and take to be 1.
    """
    return (width**2 + math.log(n_heads)) * b / (n_heads * (1.0 - confidence))


def excess_risk_bound(b: float, *, width: int, n_heads: int, n_samples: int) -> float:
    """Form of the excess risk, sqrt(B) (sqrt(log(d M)/n) + sqrt((d^2 + log M)/M)).

    Fu et al. 2023, up to a constant that we could not verify and take to be 1.
    """
    statistical = math.sqrt(math.log(width * n_heads) / n_samples)
    return math.sqrt(b) * (statistical + math.sqrt((width**2 + math.log(n_heads)) / n_heads))


def kernel_norm(spectrum: Spectrum, power: Power) -> float:
    """Squared kernel norm per variance, sum_j share_j / eigenvalue_j: what the target costs.

    Infinite where part of the target lies outside the spectrum's degrees.
    """
    held = power.shares > 1e-12
    if power.rest > 1e-9 or (spectrum.eigenvalues[held] <= 0).any():
        return math.inf
    return float((power.shares[held] / spectrum.eigenvalues[held]).sum())


def empirical_spectrum(
    gram: Float[Tensor, "sample sample"], targets: Float[Tensor, " sample"]
) -> tuple[Spectrum, Power]:
    """Spectrum of any kernel and power of any target, estimated from one sample of size P.

    Eigenvalues of the centred Gram matrix over P, one by one, and the squared coordinates of the
    targets along its eigenvectors. Fit for predictions at n well below P only.
    """
    system = dual_system(gram, targets[:, None])
    energies = system.coordinates[:, 0].square()
    variance = float(energies.sum()) / len(targets)
    values = system.eigenvalues.numpy(force=True) / len(targets)
    shares = (energies / energies.sum()).numpy(force=True)
    return Spectrum(values, np.ones_like(values), 0.0), Power(shares, 0.0, variance)


def predicted_error(
    spectrum: Spectrum, power: Power, n_samples: int, *, n_features: float = math.inf
) -> float:
    """Predicted test error over variance of ridge regression on k random features at its best.

    With z = sum_j lambda_j/(lambda_j + g) + tail/g, q = sum_j (lambda_j/(lambda_j + g))^2 and
    kappa = g (1 - z/k), every g with z <= min(n, k) stands for one ridge level, and

    error(g) = bias / [1 - (q (k - 2 z) + z^2) / (n (k - q))],
    bias = sum_j share_j (g/(lambda_j + g) - kappa lambda_j/(lambda_j + g)^2 k/(k - q)) + rest.

    The least error over g is returned. For k = infinity this is the deterministic equivalent of
    kernel regression (Bordelon, Canatar and Pehlevan 2020); the form with k features is that of
    Simon et al. 2023, recalled and held to simulations in the tests. It takes the features to be
    independent draws; for M heads we put k = M (d + 1), although a head's d + 1 read-outs share
    one matrix.
    """
    values, counts = spectrum.eigenvalues.ravel(), spectrum.multiplicities.ravel()
    levels = _no_ridge(spectrum, min(n_samples, n_features)) * np.geomspace(1.0, 1e8, 200)
    kept = values / (values + levels[:, None])
    shared = 1.0 / n_features
    z = kept @ counts + spectrum.tail / levels
    q = (kept**2) @ counts
    thin = (1.0 - z * shared) / (1.0 - q * shared)
    left = power.shares.ravel()
    bias = (1.0 - kept) @ left - thin * ((kept * (1.0 - kept)) @ left) + power.rest
    variance = (q * (1.0 - 2.0 * z * shared) + z**2 * shared) / (1.0 - q * shared)
    return float((bias / (1.0 - variance / n_samples)).min())


def _no_ridge(spectrum: Spectrum, n_degrees: float) -> float:
    """The g at which z reaches min(n, k), where the ridge level is zero."""

    def excess(log_level: float) -> float:
        level = math.exp(log_level)
        kept = spectrum.eigenvalues / (spectrum.eigenvalues + level)
        return float((spectrum.multiplicities * kept).sum()) + spectrum.tail / level - n_degrees

    low, high = math.log(spectrum.eigenvalues.max()) + np.array([-50.0, 30.0])
    return math.exp(brentq(excess, low, high) + 1e-9) if excess(low) > 0 else math.exp(low)


def learning_curve(
    spectrum: Spectrum, power: Power, n_samples: np.ndarray, *, n_features: float = math.inf
) -> np.ndarray:
    """Predicted errors at several sample sizes."""
    sizes = np.atleast_1d(n_samples)
    return np.array(
        [predicted_error(spectrum, power, int(n), n_features=n_features) for n in sizes]
    )


def log_slope(x: np.ndarray, y: np.ndarray) -> Slope:
    """Least-squares slope of log y on log x with its 95% Student interval."""
    fit = linregress(np.log(x), np.log(y))
    reach = student.ppf(0.975, len(x) - 2) * fit.stderr
    return Slope(float(fit.slope), float(fit.slope - reach), float(fit.slope + reach))
