"""The learners and the targets that the experiments compare, by name."""

import numpy as np
import torch

from attnkit.random_features.attention import (
    RandomFeatureAttention,
    RandomFeatureSoftmaxAttention,
)
from attnkit.random_features.comparators import RandomFeatureDeepSets, RandomFeatureMLP
from attnkit.random_features.models import RandomFeatureModel
from attnkit.random_features.pair_functions import (
    AlongKey,
    AlongQuery,
    Match,
    Relu,
    SoftmaxWeight,
)
from attnkit.random_features.pairs import PairFunction
from attnkit.random_features.powers import Power, key_power, match_power, tilted_match_power

__all__ = ["BIAS", "LABELS", "MODELS", "make_model", "powers", "targets"]

BIAS = 4.0
MODELS = ("attention", "biased attention", "softmax attention", "deep sets", "mlp")
LABELS = {
    "key": "⟨β,k⟩",
    "key squared": "⟨β,k⟩²",
    "query squared": "⟨γ,q⟩²",
    "match squared": "⟨q,k⟩²",
    "match fourth": "⟨q,k⟩⁴",
    "rectified match": "relu⟨q,k⟩·⟨β,k⟩",
    "cubed match": "⟨q,k⟩³·⟨β,k⟩",
    "softmax match": "softmax(4⟨q,k⟩)·⟨β,k⟩",
}


def targets(width: int) -> dict[str, PairFunction]:
    """Pair functions by name; beta and gamma are the first two coordinate directions."""
    beta, gamma = torch.eye(width, dtype=torch.float64)[:2]
    along = AlongKey(beta)
    return {
        "key": along,
        "key squared": along**2,
        "query squared": AlongQuery(gamma) ** 2,
        "match squared": Match() ** 2,
        "match fourth": Match() ** 4,
        "rectified match": Relu(Match()) * along,
        "cubed match": Match() ** 3 * along,
        "softmax match": SoftmaxWeight(4.0) * along,
    }


def powers(width: int, n_keys: int) -> dict[str, Power]:
    """The spread of each target over the harmonics, where it has a closed form here."""
    sizes = {"width": width, "n_keys": n_keys}
    return {
        "key": key_power(lambda t: t, **sizes),
        "key squared": key_power(np.square, **sizes),
        "match squared": match_power(np.square, **sizes),
        "match fourth": match_power(lambda t: t**4, **sizes),
        "rectified match": tilted_match_power(lambda t: np.maximum(t, 0.0), **sizes),
        "cubed match": tilted_match_power(lambda t: t**3, **sizes),
    }


def make_model(
    name: str, *, n_heads: int, width: int, bias_scale: float, generator: torch.Generator
) -> RandomFeatureModel:
    """A learner by name, all with n_heads (width + 1) trained parameters per target."""
    n_features = n_heads * (width + 1)
    makers = {
        "attention": lambda: RandomFeatureAttention(n_heads, generator=generator),
        "biased attention": lambda: RandomFeatureAttention(
            n_heads, bias_scale, generator=generator
        ),
        "softmax attention": lambda: RandomFeatureSoftmaxAttention(n_heads, generator=generator),
        "biased softmax attention": lambda: RandomFeatureSoftmaxAttention(
            n_heads, bias_scale, generator=generator
        ),
        "deep sets": lambda: RandomFeatureDeepSets(n_features, generator=generator),
        "mlp": lambda: RandomFeatureMLP(n_features, generator=generator),
    }
    return makers[name]()
