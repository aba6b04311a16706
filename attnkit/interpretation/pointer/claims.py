"""What the page on pointer networks claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.interpretation.pointer.decoding import point_once
from attnkit.interpretation.pointer.pointer import largest_clipped_weight, pointer_weights
from attnkit.interpretation.pointer.recorded import shares, trained_network

__all__ = ["clip_caps", "mask_sorts", "moved_inputs"]

LENGTHS = (5, 10, 20, 40)


@claim("the-mask-sorts", source="Measured here", computes=shares)
def mask_sorts() -> dict[str, float]:
    """Recorded: least share of right steps with a mask, largest and least without, by length."""
    masked, free = shares("masked", "once", "steps"), shares("free", "freely", "steps")
    found = {f"masked, n = {n}": float(x) for n, x in zip(LENGTHS, masked.min(0), strict=True)}
    found |= {f"free, n = {n}": float(x) for n, x in zip(LENGTHS, free.max(0), strict=True)}
    unmasked = shares("masked", "freely", "steps")
    return found | {"masked, mask taken off, n = 40": float(unmasked[:, 3].max())}


@claim("a-clip-caps-the-weight", source="Derived here", computes=largest_clipped_weight)
def clip_caps() -> dict[str, float]:
    """Bound, and the largest weight among scores as far apart as they may be, for 40 inputs."""
    scores = torch.full((40,), -50.0, dtype=torch.float64)
    scores[0] = 50.0
    found = {}
    for clip in (1.0, 2.0, 10.0):
        found[f"bound, C = {clip:g}"] = largest_clipped_weight(40, clip)
        found[f"reached, C = {clip:g}"] = pointer_weights(scores, clip)[0].item()
    return found


@claim("a-pointer-moves-with-its-inputs", source="Derived here", computes=point_once)
def moved_inputs() -> dict[str, float]:
    """Share of steps that point at the same number after 17 inputs are put in another order."""
    generator = torch.Generator().manual_seed(5)
    network, lists = trained_network("free"), torch.rand(50, 17, 1, generator=generator)
    order = torch.randperm(17, generator=generator)
    before = lists.gather(1, point_once(network, lists)[..., None])
    moved = lists[:, order]
    after = moved.gather(1, point_once(network, moved)[..., None])
    return {"the same number": (before == after).double().mean().item()}
