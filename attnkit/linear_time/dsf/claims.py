"""What is claimed of the one form: when members agree, what an order keeps, which shift helps."""

import math

import torch

from attnkit.claims import claim
from attnkit.linear_time.dsf.counts import break_even_length
from attnkit.linear_time.dsf.selective import selective_ssm
from attnkit.linear_time.shared.plain_maps import moved_keys
from attnkit.linear_time.shared.recorded import maps_by_passage
from attnkit.memory import linear_attention

__all__ = ["break_even", "one_step_or_many", "opposite_shifts", "unshared_share"]


@claim(
    "one-step-for-all-channels",
    source="Derived here; the question is that of Sieber et al. 2024",
    computes=selective_ssm,
)
def one_step_or_many() -> dict[str, float]:
    """Largest difference of S6 from linear attention, and what one map loses of two channels."""
    return {
        "one step, difference": _difference(seed=0),
        "one step, share lost": unshared_share(0.0, seed=0),
        "own steps, share lost": unshared_share(1.0, seed=0),
    }


def _drawn(seed: int, n_tokens: int = 40) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    sizes = (8, 8, 2, 2)
    return [torch.randn(n_tokens, s, generator=generator, dtype=torch.float64) for s in sizes]


def _difference(*, seed: int) -> float:
    """Of what is read with one step for all channels."""
    q, k, v, noise = _drawn(seed)
    steps = torch.nn.functional.softplus(noise[:, 0])
    read = selective_ssm(q, k, v, steps=steps, rates=-0.5)[0]
    other = linear_attention(q, steps[:, None] * k, v, log_decay=-0.5 * steps)[0]
    return float((read - other).abs().max())


def unshared_share(spread: float, *, seed: int) -> float:
    """Share of the squares of two channels' maps of tokens that the best one map for both leaves.

    The steps are softplus of normal numbers, common to both channels at a spread of zero and
    independent at one.
    """
    q, k, _, noise = _drawn(seed)
    common = noise[:, :1].expand(-1, 2)
    steps = torch.nn.functional.softplus((1 - spread) * common + spread * noise)
    put = torch.eye(len(q), dtype=q.dtype)[:, :, None].expand(-1, -1, 2)
    many = (len(q), -1, -1)
    reads = selective_ssm(
        q.expand(many), k.expand(many), put, steps=steps.expand(many), rates=-0.5
    )[0]
    apart = (reads[..., 0] - reads[..., 1]).square().sum() / 2
    return float(apart / reads.square().sum())


@claim("order-against-keys", source="Derived here", computes=break_even_length)
def break_even() -> dict[str, float]:
    """Tokens from which on an order keeps less than keys and values of width 32, and of 64."""
    return {
        f"width {width}, order {order}": math.ceil(break_even_length(width, width, order))
        for width in (32, 64)
        for order in (2, 4, 6)
    }


@claim(
    "opposite-shifts",
    source="Measured here on one six-layer encoder",
    computes=moved_keys,
)
def opposite_shifts() -> dict[str, float]:
    """Recorded: mean KL of raw keys and of moved ones, and in how many of 30 passages it falls."""
    raw = maps_by_passage("raw")
    found = {}
    for way, words in (("key", "less the mean key"), ("both", "less both means")):
        moved = maps_by_passage(way)
        for name in ("Taylor 2", "FAVOR+ 256"):
            found[f"{name}, raw"] = float(raw[name].mean())
            found[f"{name}, {words}"] = float(moved[name].mean())
            found[f"{name}, {words}, falls"] = float((moved[name] < raw[name]).sum())
    return found
