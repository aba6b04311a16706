"""What a head can express: random-feature attention."""

from attnkit.random_features.attention import (
    RandomFeatureAttention,
    RandomFeatureSoftmaxAttention,
)
from attnkit.random_features.comparators import RandomFeatureDeepSets, RandomFeatureMLP
from attnkit.random_features.inputs import pad_keys
from attnkit.random_features.ridge import (
    FixedLevel,
    GeneralisedCrossValidation,
    NormBound,
    RidgeSystem,
    dual_system,
    primal_system,
)

__all__ = [
    "FixedLevel",
    "GeneralisedCrossValidation",
    "NormBound",
    "RandomFeatureAttention",
    "RandomFeatureDeepSets",
    "RandomFeatureMLP",
    "RandomFeatureSoftmaxAttention",
    "RidgeSystem",
    "dual_system",
    "pad_keys",
    "primal_system",
]
