"""Two bumps of weight to be fitted by a product of Gaussians, and by a sum of them."""

import torch
from torch import Tensor

from attnkit.densities.gaam.gaam import gaam_weights
from attnkit.experiments import Experiment

__all__ = ["BUMPS", "ROW", "TARGET"]

ROW = torch.linspace(-2, 2, 41)
TARGET = (-((ROW.abs() - 1.2) ** 2) / (2 * 0.25**2)).softmax(-1)
N_STEPS = 400


def product(offsets: Tensor, log_widths: Tensor, shares: Tensor) -> Tensor:
    """The product of all, which knows no shares."""
    return gaam_weights(ROW, offsets, log_widths.exp())


def mixture(offsets: Tensor, log_widths: Tensor, shares: Tensor) -> Tensor:
    """The sum of each alone, by their shares."""
    pairs = zip(offsets[:, None], log_widths.exp()[:, None], strict=True)
    return shares.softmax(-1) @ torch.stack([gaam_weights(ROW, *pair) for pair in pairs])


FORMS = {"product": product, "mixture": mixture}


def run(case: dict, *, seed: int, device: str) -> dict:
    """Divergence of what was fitted from the two bumps, and its weight between them."""
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.randn(3, case["n_gaussians"], generator=generator).requires_grad_()
    optimiser = torch.optim.Adam([numbers], lr=0.05)
    for _ in range(N_STEPS):
        weights = FORMS[case["form"]](*numbers)
        loss = (TARGET * (TARGET.log() - weights.clamp_min(1e-30).log())).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return {"divergence": round(loss.item(), 4),
            "between": round(weights[ROW.abs() < 0.6].sum().item(), 4)}  # fmt: skip


CASES = [{"form": form, "n_gaussians": k} for form in FORMS for k in (1, 2, 5)]

BUMPS = Experiment(
    name="densities-gaam-bumps",
    title="Two bumps of weight, by products and by sums of Gaussians",
    source="after Ioannides, Chadha and Elkins 2024 (2401.11143)",
    cases={"quick": CASES[1:5:3], "full": CASES},
    seeds={"quick": 1, "full": 5},
    run=run,
)
