"""What the page on semantic focus claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities import softmax
from attnkit.icl.semantic_focus.experiments import KINDS
from attnkit.icl.semantic_focus.focus import focused_weights
from attnkit.icl.semantic_focus.recorded import steps

__all__ = ["focus_is_no_help", "gradients_kept"]

NEVER = 401
"""Steps of a seed that never arrived: one more than it had."""


@claim(
    "focus-does-not-hasten",
    source="Ram et al. 2025 (abstract) say the contrary; measured here",
    computes=focused_weights,
)
def focus_is_no_help() -> dict[str, float]:
    """Recorded: least lag behind softmax of the same seed, and seeds of five that never arrive."""
    found = {}
    for kind, n_kept in KINDS[1:]:
        each = [NEVER if n is None else n for n in steps(kind, n_kept)]
        lags = [n - of_all for n, of_all in zip(each, steps("all", 24), strict=True)]
        found[f"{kind} {n_kept}, least lag"] = float(min(lags))
        found[f"{kind} {n_kept}, never"] = float(each.count(NEVER))
    return found | {"all 24, most steps": float(max(steps("all", 24)))}


@claim("keys-left-out-learn-nothing", source="Derived here", computes=focused_weights)
def gradients_kept() -> dict[str, float]:
    """Largest gradient outside the best 3 of 24 keys; largest gap to softmax with all kept."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(101, 24, generator=generator, dtype=torch.float64).requires_grad_()
    upstream = torch.randn(101, 24, generator=generator, dtype=torch.float64)
    weights = focused_weights(scores, 3)
    (gradient,) = torch.autograd.grad(weights, scores, upstream)
    gap = (focused_weights(scores, 24) - softmax(scores)).abs().max()
    return {
        "outside": gradient[weights == 0].abs().max().item(),
        "inside": gradient[weights > 0].abs().max().item(),
        "all kept": gap.item(),
    }
