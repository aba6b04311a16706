"""What is claimed of value functions and of what attention reads from them, measured."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.alpha_family.quadrature import conditional_expectation
from attnkit.densities.values import RadialBasis, RidgeValueFunction
from attnkit.densities.values.thinned_gesture import fit, kept_samples, outside, score_variance_of

LOCATION, HALF_WIDTH = 0.5, 0.12


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
