"""What the theorems speak of: complexity, bounds, kernel norms, predicted learning curves."""

import math
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.random_features.pairs import PairFunction
from attnkit.random_features.powers import Power
from attnkit.random_features.ridge import dual_system
from attnkit.random_features.spectra import Spectrum
from attnkit.retired import renamed

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


Width = Annotated[int, Range(1, 10**6)]
Count = Annotated[int, Range(1, 10**12)]
Size = Annotated[float, Range(low=0)]


class Slope(NamedTuple):
    """Slope of log y on log x, with its 95% interval."""

    value: float
    low: float
    high: float


@checked
def complexity(pair: PairFunction, width: Width) -> float:
    """Complexity B(f) of a polynomial target.

    ``B = sum_k C_k sum_{max(r,s) in {k-1,k}} |f_rs|^2`` with ``C_k = max(k^4.5 4^k, 1)``.

    Fu et al. 2023; the weights C_k are recalled, not checked against the paper's text. A value
    for the tensors as written: symmetrising them can only make it smaller.

    Parameters
    ----------
    pair : PairFunction
        A polynomial.
    width : int
        d, at most 1,000,000.

    Raises
    ------
    TypeError, ValueError
        If the pair function is not a polynomial, or one too high for a finite number.
    """
    norms = pair.tensor_norms(width)
    total = 0.0
    for (r, s), norm in norms.items():
        top = max(r, s)
        total += sum(max(k**4.5 * 4.0**k, 1.0) for k in (top, top + 1)) * norm**2
    if not math.isfinite(total):
        raise ValueError(f"pair must have a finite complexity at width {width}, got {total}")
    return total


@checked
def approximation_bound(
    b: Size,
    *,
    width: Width,
    n_heads: Count,
    confidence: Annotated[float, Range(0, 1, open=True)] = 0.95,
) -> float:
    """Form of the error left by M heads, (d^2 + log M) B / (M (1 - confidence)).

    Fu et al. 2023, up to a constant that we could not verify and take to be 1.

    Parameters
    ----------
    b : float
        Complexity B, not negative.
    width, n_heads : int
        d and M, at most 1e6 and 1e12.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument.
    """
    return (width**2 + math.log(n_heads)) * b / (n_heads * (1.0 - confidence))


@checked
def excess_risk_bound(b: Size, *, width: Width, n_heads: Count, n_samples: Count) -> float:
    """Form of the excess risk, sqrt(B) (sqrt(log(d M)/n) + sqrt((d^2 + log M)/M)).

    Fu et al. 2023, up to a constant that we could not verify and take to be 1.

    Parameters
    ----------
    b : float
        Complexity B, not negative.
    width, n_heads, n_samples : int
        d, M and n, at most 1e6, 1e12 and 1e12.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument.
    """
    statistical = math.sqrt(math.log(width * n_heads) / n_samples)
    return math.sqrt(b) * (statistical + math.sqrt((width**2 + math.log(n_heads)) / n_heads))


def _require_same_modes(spectrum: Spectrum, power: Power) -> None:
    shapes = tuple(np.shape(part) for part in (*spectrum[:2], power.shares))
    if len(set(shapes)) > 1:
        raise ValueError(f"power must have the shape of spectrum, {shapes[0]}, got {shapes[2]}")


@checked
def kernel_norm(spectrum: Spectrum, power: Power) -> float:
    """Squared kernel norm per variance, sum_j share_j / eigenvalue_j: what the target costs.

    Infinite where part of the target lies outside the spectrum's degrees.

    Parameters
    ----------
    spectrum : Spectrum
        Of the kernel.
    power : Power
        Of the target, by the same degrees.

    Raises
    ------
    TypeError, ValueError
        For a power of other degrees.
    """
    _require_same_modes(spectrum, power)
    held = power.shares > 1e-12
    if power.rest > 1e-9 or (spectrum.eigenvalues[held] <= 0).any():
        return math.inf
    return float((power.shares[held] / spectrum.eigenvalues[held]).sum())


@checked
def empirical_spectrum(
    gram: Annotated[Float[Tensor, "sample sample"], Finite()],
    targets: Annotated[Float[Tensor, " sample"], Finite()],
) -> tuple[Spectrum, Power]:
    """Spectrum of any kernel and power of any target, estimated from one sample of size P.

    Eigenvalues of the centred Gram matrix over P, one by one, and the squared coordinates of the
    targets along its eigenvectors. Fit for predictions at n well below P only.

    Parameters
    ----------
    gram : Tensor
        (sample, sample), symmetric and positive semi-definite.
    targets : Tensor
        (sample,), not all equal.

    Raises
    ------
    TypeError, ValueError
        For other shapes and dtypes, numbers that are not finite, a matrix that is not symmetric and
        positive semi-definite, and targets that do not vary.

    References
    ----------
    Bordelon, Canatar and Pehlevan 2020, who estimate both in this way.
    """
    system = dual_system(gram, targets[:, None])
    energies = system.coordinates[:, 0].square()
    if not energies.sum() > 0:
        raise ValueError("targets must vary, got one number throughout")
    variance = float(energies.sum()) / len(targets)
    values = system.eigenvalues.numpy(force=True) / len(targets)
    shares = (energies / energies.sum()).numpy(force=True)
    return Spectrum(values, np.ones_like(values), 0.0), Power(shares, 0.0, variance)


@checked
def predicted_error(
    spectrum: Spectrum, power: Power, n_samples: Count, *, n_features: float = math.inf
) -> float:
    """Predicted test error over variance of ridge regression on n_f random features at its best.

    With z = sum_j lambda_j/(lambda_j + g) + tail/g, q = sum_j (lambda_j/(lambda_j + g))^2 and
    kappa = g (1 - z/n_f), every g with z <= min(n, n_f) stands for one ridge level, and

    error(g) = bias / [1 - (q (n_f - 2 z) + z^2) / (n (n_f - q))],
    bias = sum_j share_j (g/(lambda_j + g) - kappa lambda_j/(lambda_j + g)^2 n_f/(n_f - q)) + rest.

    The least error over g is returned. For n_f = infinity this is the deterministic equivalent of
    kernel regression (Bordelon, Canatar and Pehlevan 2020); the form with n_f features is that of
    Simon et al. 2023, recalled and held to simulations in the tests. It takes the features to be
    independent draws; for M heads we put n_f = M (d + 1), although a head's d + 1 read-outs share
    one matrix.

    Parameters
    ----------
    spectrum : Spectrum
        Of the kernel.
    power : Power
        Of the target, by the same degrees.
    n_samples : int
        n, at most 1e12.
    n_features : float
        n_f, at least 1, or infinity for the kernel itself.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, and a power of other degrees.
    """
    return predicted_errors(spectrum, [power], n_samples, n_features=n_features)[0]


@checked
def predicted_errors(
    spectrum: Spectrum, powers: Sequence[Power], n_samples: Count, *, n_features: float = math.inf
) -> list[float]:
    """`predicted_error` of several targets, which share all that the spectrum decides.

    Parameters
    ----------
    spectrum : Spectrum
        Of the kernel.
    powers : sequence of Power
        Of each target, by the same degrees.
    n_samples : int
        n, at most 1e12.
    n_features : float
        n_f, at least 1, or infinity for the kernel itself.

    Returns
    -------
    list of float
        One error a target.

    Raises
    ------
    TypeError, ValueError
        As `predicted_error`.

    References
    ----------
    Simon et al. 2023.
    """
    for power in powers:
        _require_same_modes(spectrum, power)
    if not n_features >= 1:
        raise ValueError(f"n_features must be at least 1, got {n_features}")
    values, counts = spectrum.eigenvalues.ravel(), spectrum.multiplicities.ravel()
    levels = _no_ridge(spectrum, min(n_samples, n_features)) * np.geomspace(1.0, 1e8, 200)
    kept = values / (values + levels[:, None])
    shared = 1.0 / n_features
    z = kept @ counts + spectrum.tail / levels
    q = (kept**2) @ counts
    thin = (1.0 - z * shared) / (1.0 - q * shared)
    variance = (q * (1.0 - 2.0 * z * shared) + z**2 * shared) / (1.0 - q * shared)
    missed = (1.0 - kept) - thin[:, None] * (kept * (1.0 - kept))
    biases = [missed @ power.shares.ravel() + power.rest for power in powers]
    return [float((bias / (1.0 - variance / n_samples)).min()) for bias in biases]


def _no_ridge(spectrum: Spectrum, n_degrees: float) -> float:
    """The g at which z reaches min(n, n_f), where the ridge level is zero."""
    from scipy.optimize import brentq  # takes longer to import than all of attnkit

    def excess(log_level: float) -> float:
        level = math.exp(log_level)
        kept = spectrum.eigenvalues / (spectrum.eigenvalues + level)
        return float((spectrum.multiplicities * kept).sum()) + spectrum.tail / level - n_degrees

    low, high = math.log(spectrum.eigenvalues.max()) + np.array([-50.0, 30.0])
    return math.exp(brentq(excess, low, high) + 1e-9) if excess(low) > 0 else math.exp(low)


@renamed("summer 2028", n_samples="sample_sizes")
@checked
def learning_curve(
    spectrum: Spectrum,
    power: Power,
    sample_sizes: np.ndarray | int,
    *,
    n_features: float = math.inf,
) -> np.ndarray:
    """Predicted test error over variance at several sample sizes, by `predicted_error`.

    Parameters
    ----------
    spectrum : Spectrum
        Of the kernel.
    power : Power
        Of the target, by the same degrees.
    sample_sizes : numpy array of int, or int
        (sizes,), from 1 to 1e12 each.
    n_features : float
        n_f, at least 1, or infinity for the kernel itself.

    Returns
    -------
    numpy array
        (sizes,).

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, sizes that are no row of integers, and a power of other
        degrees.

    References
    ----------
    Bordelon, Canatar and Pehlevan 2020; with n_f features Simon et al. 2023.
    """
    sizes = np.atleast_1d(sample_sizes)
    if sizes.ndim != 1 or not np.issubdtype(sizes.dtype, np.integer):
        raise TypeError(f"sample_sizes must be a row of integers, got {sizes.dtype} {sizes.shape}")
    return np.array(
        [predicted_error(spectrum, power, int(n), n_features=n_features) for n in sizes]
    )


@checked
def log_slope(x: np.ndarray, y: np.ndarray) -> Slope:
    """Least-squares slope of log y on log x with its 95% Student interval.

    Parameters
    ----------
    x, y : numpy array
        (points,) each, positive, at least three points and two different x.

    Raises
    ------
    TypeError, ValueError
        For any other arrays.

    References
    ----------
    Fisher 1925, "Applications of Student's distribution", for the interval.
    """
    from scipy.stats import linregress  # takes longer to import than all of attnkit
    from scipy.stats import t as student

    for name, array in (("x", x), ("y", y)):
        if array.ndim != 1 or array.shape != x.shape or len(x) < 3:
            raise ValueError(f"{name} must be a row of 3 points or more like x, got {array.shape}")
        if array.dtype.kind not in "iuf" or not ((array > 0) & (array < np.inf)).all():
            raise ValueError(f"{name} must hold positive numbers, got {array.dtype} {array[:3]}")
    if (x == x[0]).all():
        raise ValueError(f"x must hold two different numbers, got {x[0]} throughout")
    fit = linregress(np.log(x), np.log(y))
    reach = student.ppf(0.975, len(x) - 2) * fit.stderr
    return Slope(float(fit.slope), float(fit.slope - reach), float(fit.slope + reach))
