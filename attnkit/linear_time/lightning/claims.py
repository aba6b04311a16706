"""What is claimed of Lightning attention: its forms, its fan of rates, and what real heads do."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.linear_time.lightning.forms import (
    parallel_lightning_attention,
    recurrent_lightning_attention,
)
from attnkit.linear_time.lightning.lightning import lightning_attention
from attnkit.linear_time.lightning.recorded import real_rates
from attnkit.linear_time.lightning.slopes import lightning_log_decay
from attnkit.linear_time.lightning.theory import half_life, recalled_by_age

__all__ = ["blocks_agree", "fan", "measured_recall", "real_heads", "recall_of_the_last"]

HALF_LIFE = 4.2


@claim(
    "blocks-of-powers-agree", source="Qin et al. 2024; tested here", computes=lightning_attention
)
def blocks_agree() -> dict[str, float]:
    """Largest difference of blocks, loop and matrix over the largest read, for 300 tokens."""
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randn(3, 8, 300, 16, generator=generator, dtype=torch.float64).unbind()
    fan = lightning_log_decay(8, 0, 6)
    wanted, _ = recurrent_lightning_attention(*tokens, fan)
    made = {
        f"blocks of {size}": lightning_attention(*tokens, fan, block_size=size)[0]
        for size in (1, 16, 64, 256)
    }
    made["matrix"] = parallel_lightning_attention(*tokens, fan)[0]
    return {
        name: float((each - wanted).abs().max() / wanted.abs().max()) for name, each in made.items()
    }


@claim("fan-is-short", source="Derived here from the rates", computes=lightning_log_decay)
def fan() -> dict[str, float]:
    """Half-lives in a model of 6 layers of 8 heads, head 0 of each apart, which forgets nothing."""
    lives = [
        half_life(float(rate))
        for layer in range(6)
        for rate in lightning_log_decay(8, layer, 6)[1:]
    ]
    return {
        "longest": max(lives),
        "shortest": min(lives),
        "median": float(np.median(lives)),
        "heads under one token": sum(life < 1 for life in lives),
    }


@claim("no-head-holds-both", source="Derived here", computes=recalled_by_age)
def recall_of_the_last() -> dict[str, float]:
    """Cosine of a read with its value at d = 64 after 4,096 pairs, by half-life and age."""
    found = {}
    for name, rate in (("none forgotten", 0.0), ("4 tokens", -np.log(2) / 4)):
        for age in (0, 32):
            found[f"{name}, age {age}"] = recalled_by_age(float(rate), age, 4096, 64)
    return found


def measured_recall(rate: float, age: int, *, n_tokens: int, seed: int) -> float:
    """Mean cosine over 64 lists of random pairs, keys of width 64, written by the block form."""
    generator = torch.Generator().manual_seed(seed)
    shape = (64, n_tokens, 64)
    keys, values = (torch.randn(*shape, generator=generator) for _ in range(2))
    keys = torch.nn.functional.normalize(keys, dim=-1)
    _, state = lightning_attention(keys, keys, values, rate)
    asked = n_tokens - 1 - age
    read = (keys[:, asked, None] @ state)[:, 0]
    return torch.cosine_similarity(read, values[:, asked], dim=-1).mean().item()


@claim(
    "real-heads-forget-slowly",
    source="Measured here on one six-layer encoder",
    computes=lightning_attention,
)
def real_heads() -> dict[str, float]:
    """Recorded: shares of the 72 heads by their nearest rate, and how near it comes, in nats."""
    found = {}
    for kind in ("all", "without the first"):
        numbers = real_rates(kind)
        rate = numbers["rate"]
        found |= {
            f"{kind}, share that reads far": float((rate >= 0).mean()),
            f"{kind}, as fast as the fan": float((rate < -np.log(2) / HALF_LIFE).sum()),
            f"{kind}, KL of even rows": float(numbers["even"].mean()),
            f"{kind}, KL at the rate": float(numbers["divergence"].mean()),
        }
        if kind == "without the first":
            found[f"{kind}, median half-life"] = float(np.median(np.log(2) / -rate[rate < 0]))
    return found
