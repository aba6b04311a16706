"""What the first chapter on densities claims of weights, rules and value functions, measured."""

import math
from collections.abc import Callable

import torch
from scipy.integrate import quad
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.gauss_rules import gauss_rule
from attnkit.densities.alpha_family.quadrature import conditional_expectation
from attnkit.densities.finite import entmax
from attnkit.densities.thinned_gesture import fit, kept_samples, outside, score_variance_of
from attnkit.densities.values import RadialBasis, RidgeValueFunction

__all__ = [
    "augmented_qr",
    "function_outside",
    "line_closed_forms",
    "no_dispersion",
    "one_gauss_rule",
    "one_hot_gap",
    "samples_outside",
]

LOCATION, HALF_WIDTH = 0.5, 0.12


@claim("one-hot-gap", source="Derived here for the entmax of Peters et al. 2019", computes=entmax)
def one_hot_gap() -> dict[str, float]:
    """Weights of the rivals when the best score leads by the critical gap, and 1 % less."""
    at_gap, below = [], []
    for alpha in (1.25, 1.5, 2.0, 3.0):
        for temperature in (0.5, 1.0, 2.0):
            critical = temperature / (alpha - 1)
            rivals = -torch.arange(256, dtype=torch.float64) / 64
            for gap, found in ((critical, at_gap), (0.99 * critical, below)):
                scores = torch.cat([torch.tensor([gap], dtype=torch.float64), rivals])
                found.append(entmax(scores / temperature, alpha)[1].item())
    far = entmax(torch.tensor([20.0, 0.0], dtype=torch.float64), 1.0)[1].item()
    return {
        "largest at the gap": max(at_gap),
        "smallest 1 % below it": min(below),
        "softmax, gap 20": far,
    }


@claim("no-dispersion", source="Derived here", computes=entmax)
def no_dispersion() -> dict[str, float]:
    """How much the weight of the best key moves when 4,095 rivals 3 below it join the first."""
    one, many = (torch.tensor([3.0] + [0.0] * n, dtype=torch.float64) for n in (1, 4096))
    moved = {
        alpha: abs((entmax(many, alpha)[0] - entmax(one, alpha)[0]).item())
        for alpha in (1.0, 1.5, 2.0)
    }
    return {
        "alpha = 1.5": moved[1.5],
        "alpha = 2": moved[2.0],
        "alpha = 1": moved[1.0],
        "bound on softmax's rivals": 4096 * math.exp(-3) / (1 + 4096 * math.exp(-3)),
        "softmax's rivals": 1 - entmax(many, 1.0)[0].item(),
    }


@claim(
    "line-closed-forms",
    source="Martins et al. 2020 for alpha = 2; every alpha derived here",
    computes=line.half_support,
)
def line_closed_forms() -> dict[str, float]:
    """Largest relative error of mass and variance by quadrature from threshold and support."""
    mass_errors, variance_errors = [], []
    for alpha in (1.1, 4 / 3, 1.5, 2.0, 3.0):
        for sigma2 in (0.01, 2.0):
            mass, second = _moments_from_threshold(torch.tensor(sigma2).double(), alpha)
            variance = line.variance(torch.tensor(sigma2).double(), alpha).item()
            mass_errors.append(abs(mass - 1))
            variance_errors.append(abs(second / variance - 1))
    return {"mass": max(mass_errors), "variance": max(variance_errors)}


def _moments_from_threshold(sigma2: Tensor, alpha: float) -> tuple[float, float]:
    """Integrals of [(alpha - 1) (score - threshold)]^(1 / (alpha - 1)) times 1 and t^2."""
    threshold = line.threshold(sigma2, alpha).item()
    half, power = line.half_support(sigma2, alpha).item(), 1 / (alpha - 1)

    # t = half sin(angle) takes away the edge, where the derivative may be infinite.
    def integrand(angle: float, order: int) -> float:
        t = half * math.sin(angle)
        lifted = (alpha - 1) * (-t * t / (2 * sigma2.item()) - threshold)
        return max(lifted, 0.0) ** power * t**order * half * math.cos(angle)

    ends = (-math.pi / 2, math.pi / 2)
    return tuple(quad(integrand, *ends, args=(order,), epsrel=1e-12)[0] for order in (0, 2))


@claim("one-gauss-rule", source="Derived here", computes=gauss_rule)
def one_gauss_rule() -> dict[str, float]:
    """Largest error of a 32-node rule on a bump of width 0.1, in float64 and float32."""
    errors = {}
    for dtype in (torch.float64, torch.float32):
        found = [_bump_error(alpha, s2, dtype) for alpha in (1.0, 1.1, 1.5, 2.0, 3.0)
                 for s2 in (1e-6, 1e-4, 1e-2)]  # fmt: skip
        errors[str(dtype).removeprefix("torch.")] = max(found)
    return errors


def _bump_error(alpha: float, sigma2: float, dtype: torch.dtype) -> float:
    def mean(dtype: torch.dtype, n_nodes: int) -> float:
        spread = line.spread_squared(torch.tensor(sigma2, dtype=dtype), alpha).sqrt()
        nodes, weights = (part.to(dtype) for part in gauss_rule(alpha, n_nodes))
        return (weights @ torch.exp(-((spread * nodes - 0.03) / 0.1).square() / 2)).item()

    return abs(mean(dtype, 32) - mean(torch.float64, 100))


@claim("function-outside", source="Derived here", computes=conditional_expectation)
def function_outside() -> dict[str, float]:
    """Change of the context when the fitted function is set to zero outside the support."""
    value = fit(*kept_samples(0.2))

    def erased(points: Tensor) -> Tensor:
        away = outside(points, LOCATION, HALF_WIDTH)
        return value(points).masked_fill(away.unsqueeze(-1), 0.0)

    moved = {
        alpha: (_context(erased, alpha) - _context(value, alpha)).item()
        for alpha in (1.0, 1.25, 1.5, 2.0, 4.0)
    }
    gaussian = moved.pop(1.0)
    return {"largest for alpha > 1": max(map(abs, moved.values())), "alpha = 1": gaussian}


@claim("samples-outside", source="Derived here", computes=RidgeValueFunction)
def samples_outside() -> dict[str, float]:
    """At alpha = 2: move of the context, and share of its weights, due to samples outside."""
    moves, shares = zip(*map(_due_to_samples_outside, range(1, 21)), strict=True)
    move, share = _due_to_samples_outside(3)
    quartiles = torch.tensor(moves).abs().quantile(torch.tensor([0.25, 0.5, 0.75])).tolist()
    return {
        "change in the figure": move,
        "share of the absolute weight": share,
        "median change over 20 thinnings": quartiles[1],
        "lower quartile": quartiles[0],
        "upper quartile": quartiles[2],
        "smallest": min(map(abs, moves)),
        "median share": torch.tensor(shares).median().item(),
    }


def _due_to_samples_outside(seed: int) -> tuple[float, float]:
    """Change of the context when they are set to zero; their share of its absolute weights."""
    times, samples = kept_samples(0.2, seed)
    away = outside(times, LOCATION, HALF_WIDTH)
    samples = samples.clone().requires_grad_()
    before = _context(fit(times, samples), 2.0)
    (weights,) = torch.autograd.grad(before, samples)
    after = _context(fit(times, samples.detach().masked_fill(away, 0.0)), 2.0)
    share = weights[away].abs().sum() / weights.abs().sum()
    return (after - before).item(), share.item()


def _context(value: Callable[[Tensor], Tensor], alpha: float) -> Tensor:
    """E_p[value] given [0, 1]."""
    sigma2 = score_variance_of(HALF_WIDTH, alpha)
    location = torch.tensor(LOCATION, dtype=torch.float64)
    return conditional_expectation(value, location, sigma2, alpha, n_panels=64).value.squeeze()


@claim("augmented-qr", source="Golub and Van Loan 2013, sec. 6.1", computes=RidgeValueFunction)
def augmented_qr() -> dict[str, float]:
    """Error of a float32 fit (64 wide bumps, ridge 1e-4) against float64, largest over [0, 1]."""
    basis = RadialBasis.on_grid(32, (0.1, 0.5), dtype=torch.float64)
    times = torch.linspace(0, 1, 200, dtype=torch.float64)
    samples = torch.sin(2 * math.pi * times.unsqueeze(-1) * torch.arange(1, 9))
    exact = RidgeValueFunction(basis, ridge=1e-4).fit(times, samples)
    single = RidgeValueFunction(basis, ridge=1e-4).fit(times.float(), samples.float())
    design = basis(times).float()
    gram = design.mT @ design + 1e-4 * torch.eye(64)
    normal = design @ (torch.linalg.inv(gram) @ (design.mT @ samples.float()))
    return {
        "augmented QR": (single(times.float()) - exact(times)).abs().max().item(),
        "normal equations": (normal - exact(times)).abs().max().item(),
        "condition number": exact.diagnostics.condition_number.item(),
    }
