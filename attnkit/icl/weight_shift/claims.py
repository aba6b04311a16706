"""What the page on weight shift claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.icl.weight_shift.shift import data_shift, softmax_regression, weight_step

__all__ = ["gradient_shift", "prompt_equals_step", "two_gradients"]


def gradient_shift(data, weights, targets, rate):
    """One gradient step of the data at the same rate, in place of the weights: -eta g x'."""
    f = softmax_regression(data, weights)
    error = f - targets
    by_scores = f * (error - (f * error).sum(-1, keepdim=True))
    return -rate * by_scores.unsqueeze(-1) * weights.unsqueeze(-2)


def drawn(seed: int, n_keys: int = 7, d: int = 5, n_rows: int = 200) -> tuple:
    """Data (row, key, d), weights (row, d) and targets (row, key), normal and uniform."""
    generator = torch.Generator().manual_seed(seed)
    place = {"generator": generator, "dtype": torch.float64}
    data, weights = torch.randn(n_rows, n_keys, d, **place), torch.randn(n_rows, d, **place)
    return data, weights, torch.randn(n_rows, n_keys, **place).softmax(-1)


@claim("prompt-equals-step", source="Derived here, after Li et al. 2023", computes=data_shift)
def prompt_equals_step() -> dict[str, float]:
    """Largest difference of the two predictions in 200 rows, and of the norm from its formula."""
    data, weights, targets = drawn(0)
    step = weight_step(data, weights, targets, rate=3.0)
    shift = data_shift(data, weights, step)
    by_step = softmax_regression(data, weights + step)
    by_data = softmax_regression(data + shift, weights)
    formula = (data @ step[..., None])[..., 0].norm(dim=-1) / weights.norm(dim=-1)
    return {
        "predictions": (by_step - by_data).abs().max().item(),
        "norm": (shift.norm(dim=(-1, -2)) - formula).abs().max().item(),
    }


@claim("two-gradients", source="Derived here, after Li et al. 2023", computes=softmax_regression)
def two_gradients() -> dict[str, float]:
    """Distance of a step of the weights from one of the data over its bound: largest, median."""
    data, weights, targets = drawn(1)
    ratios = {}
    for rate in (0.1, 1.0, 3.0):
        shift = gradient_shift(data, weights, targets, rate)
        step = weight_step(data, weights, targets, rate=rate)
        moved = softmax_regression(data, weights + step)
        distance = (moved - softmax_regression(data + shift, weights)).norm(dim=-1)
        scores = (data @ step[..., None] - shift @ weights[..., None])[..., 0]
        share = distance / (scores.norm(dim=-1) / 2)
        ratios |= {f"rate {rate:g}, largest": share.max().item()}
        ratios |= {f"rate {rate:g}, median distance": distance.median().item()}
    return ratios
