"""What the page on catch, tag, release claims, measured or recorded."""

import statistics

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.experiments import load
from attnkit.normalisation.catch_tag_release.hand_built import catch_tag_release
from attnkit.normalisation.catch_tag_release.trained_toy import draw

__all__ = ["encoder_does_not_tag", "release_needs_the_tag", "tag_without_a_sink"]


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


def even_share() -> float:
    """What the separator gets where every key gets the same, after it, in the toy."""
    after = draw(4096, torch.Generator().manual_seed(0)).after
    return (after / torch.arange(1, after.shape[1] + 1)).sum().item() / after.sum().item()


@claim(
    "tag-without-a-sink",
    source="Reproduced here for the problem of Zhang, Khan and Papyan 2025, in a toy",
    computes=catch_tag_release,
)
def tag_without_a_sink() -> dict[str, float]:
    """Means over five trained models, and the share of the separator if all keys had the same."""
    names = {
        "loss": "loss",
        "loss_of_all": "loss of the mean of all",
        "caught": "mass on the separator",
        "separation": "separation in deviations",
        "untagged": "loss without the tag's direction",
        "random": "loss without a random direction",
    }
    units = load("normalisation-tags")["units"]
    found = {
        words: statistics.fmean(unit["result"][name] for unit in units)
        for name, words in names.items()
    }
    return found | {"mass if all had the same": even_share()}


@claim(
    "encoder-does-not-tag",
    source="Measured here on one six-layer encoder, all-MiniLM-L6-v2",
    computes=catch_tag_release,
)
def encoder_does_not_tag() -> dict[str, float]:
    """Share of the variance of sink heads' outputs along two tokens' values, and by chance."""
    heads = load("normalisation-tags-trained")["units"][0]["result"]
    sinks = [i for i, mass in enumerate(heads["mass"]) if mass > 0.3]
    along = {
        f"along the {token} token's value": statistics.fmean(heads[token][i] for i in sinks)
        for token in ("first", "middle")
    }
    return {"heads": len(sinks), **along, "by chance": heads["by_chance"]}
