"""What the page on catch, tag, release claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.normalisation.catch_tag_release.hand_built import catch_tag_release

__all__ = ["release_needs_the_tag"]


def contents(n_sequences: int, *, seed: int) -> tuple[Tensor, Tensor]:
    """Normal contents (sequence, 24, 16), and flags: the separator is the twelfth token."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(n_sequences, 24, 16, generator=generator, dtype=torch.float64)
    return drawn, (torch.arange(24) == 11).expand(n_sequences, 24)


def relative_error(sharpness: float, tag_size: float, *, seed: int) -> float:
    """Error of the last token against the mean of what follows, over that mean's length."""
    drawn, flags = contents(200, seed=seed)
    wanted = drawn[:, 12:].mean(1)
    output = catch_tag_release(drawn, flags, sharpness, tag_size).output[:, -1]
    return ((output - wanted).norm() / wanted.norm()).item()


@claim(
    "release-needs-the-tag",
    source="Derived here for the problem of Zhang, Khan and Papyan 2025",
    computes=catch_tag_release,
)
def release_needs_the_tag() -> dict[str, float]:
    """Relative errors over 200 sequences of 24 tokens, with the tag and without."""
    with_tag = {f"sharpness {k:g}": relative_error(k, 1.0, seed=0) for k in (2.0, 5.0, 10.0, 20.0)}
    without = {f"no tag, {k:g}": relative_error(k, 0.0, seed=0) for k in (5.0, 10.0, 20.0)}
    return with_tag | without
