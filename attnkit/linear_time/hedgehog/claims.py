"""What is claimed of Hedgehog: what learning buys, what no features hold, which shift cancels."""

import torch

from attnkit.claims import claim
from attnkit.linear_time.hedgehog.features import exponential_features
from attnkit.linear_time.hedgehog.recorded import real_maps, real_rows
from attnkit.linear_time.hedgehog.teaching import distil, imitation_loss
from attnkit.linear_time.hedgehog.theory import block_features, divergence_floor, partner_bound
from attnkit.linear_time.shared.rows import divergence, kernel_weights

__all__ = ["forms", "learned", "one_shift", "own_weight", "row_change", "spike"]

REAL = "Measured here on one six-layer encoder"


@claim("hedgehog-learned", source=REAL, computes=distil)
def learned() -> dict[str, float]:
    """Recorded: mean KL and entropy of 72 heads with 64 exponential features, by draw."""
    found = real_maps()["exponential, 64"]
    made = {}
    for when in ("before", "after"):
        for seed, number in enumerate(found[when]["divergence"]["seeds"]):
            made[f"{when}, draw {seed + 1}"] = float(number)
        made[f"entropy {when}"] = float(found[when]["entropy"]["heads"].mean())
    return made


@claim("hedgehog-learning-more-than-form", source=REAL, computes=imitation_loss)
def forms() -> dict[str, float]:
    """Recorded: mean KL at 64 features, each map's before and ReLU's after; highest keys kept."""
    recorded = real_maps()
    wide = [name for name in recorded if name.endswith(", 64")]
    made = {f"{name}, before": _mean(recorded[name]["before"]["divergence"]) for name in wide}
    made["ReLU, 64, after"] = _mean(recorded["ReLU, 64"]["after"]["divergence"])
    for name in (*wide, "second order, 561"):
        made[f"{name}, highest kept"] = _mean(recorded[name]["after"]["same_highest"])
    return made


def _mean(measure: dict) -> float:
    """Over the draws of what is learned from."""
    return float(measure["seeds"].mean())


@claim("spike-needs-rank", source="Derived here", computes=partner_bound)
def spike() -> dict[str, float]:
    """Mean weight on oneself of 61 tokens with 8 features, by its bound, blocks and chance.

    Then one feature under a causal mask, and KL of the recorded previous-token head with its floor.
    """
    blocks, drawn = block_features(61, 8), _spread_features(61, 8)
    growing = (2.0 * torch.arange(61, dtype=torch.float64))[:, None].exp()
    causal = torch.ones(61, 61, dtype=torch.bool).tril()
    masked = kernel_weights(torch.ones_like(growing), growing, causal)
    return {
        "bound": partner_bound(61, 8),
        "blocks": own_weight(blocks),
        "exponentials": own_weight(drawn),
        "one feature, causal": float(masked.diagonal().mean()),
        "previous token, 8 features": float(real_rows(8)[-1]["divergence"][0]),
        "its floor": divergence_floor(60, 8),
    }


def own_weight(features: torch.Tensor) -> float:
    """Mean weight of tokens on themselves, features (token, feature) for queries and keys alike."""
    return float(kernel_weights(features, features).diagonal().mean())


def _spread_features(n_tokens: int, n_features: int, seed: int = 0) -> torch.Tensor:
    """Exponentials of long random vectors, spikier than any that were learned."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(n_tokens, n_features // 2, generator=generator, dtype=torch.float64)
    return exponential_features(4 * drawn)


@claim("one-shift-for-all-keys", source="Derived here", computes=exponential_features)
def one_shift() -> dict[str, float]:
    """KL of rows of 40 keys from those without a shift: one for all keys, one for each."""
    return {
        "one for all keys": row_change(own=False, seed=0),
        "one for each key": row_change(own=True, seed=0),
        "one for each query": row_change(own=True, seed=0, of_queries=True),
    }


def row_change(*, own: bool, seed: int, of_queries: bool = False) -> float:
    """Mean KL of rows under shifts by the largest entry, of each token or of all, in nats."""
    generator = torch.Generator().manual_seed(seed)
    queries, keys = torch.randn(2, 40, 8, generator=generator, dtype=torch.float64)
    asked, kept = (exponential_features(x) for x in (queries, keys))
    moved = queries if of_queries else keys
    largest = moved.abs().amax(-1, keepdim=True) if own else moved.abs().max()
    shifted = exponential_features(moved) * (-largest).exp()
    pair = (shifted, kept) if of_queries else (asked, shifted)
    return float(divergence(kernel_weights(asked, kept), kernel_weights(*pair)).mean().abs())
