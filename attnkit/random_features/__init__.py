"""What a head can express: random-feature attention."""

from attnkit.random_features.attention import (
    RandomFeatureAttention,
    RandomFeatureSoftmaxAttention,
)
from attnkit.random_features.comparators import RandomFeatureDeepSets, RandomFeatureMLP
from attnkit.random_features.inputs import pad_keys
from attnkit.random_features.limit_kernels import arc_cosine, attention_kernel, rectified_moment
from attnkit.random_features.models import RandomFeatureModel
from attnkit.random_features.pair_functions import (
    AlongKey,
    AlongQuery,
    Match,
    Relu,
    SoftmaxWeight,
)
from attnkit.random_features.pairs import PairFunction
from attnkit.random_features.penalties import (
    FixedLevel,
    GeneralisedCrossValidation,
    NormBound,
)
from attnkit.random_features.powers import Power, key_power, match_power, tilted_match_power
from attnkit.random_features.ridge import RidgeSystem, dual_system, primal_system
from attnkit.random_features.spectra import Spectrum, attention_spectrum, deep_sets_spectrum
from attnkit.random_features.targets import sphere_tokens, target
from attnkit.random_features.theory import (
    approximation_bound,
    complexity,
    empirical_spectrum,
    excess_risk_bound,
    kernel_norm,
    learning_curve,
    log_slope,
    predicted_error,
)

__all__ = [
    "AlongKey",
    "AlongQuery",
    "FixedLevel",
    "GeneralisedCrossValidation",
    "Match",
    "NormBound",
    "PairFunction",
    "Power",
    "RandomFeatureAttention",
    "RandomFeatureDeepSets",
    "RandomFeatureMLP",
    "RandomFeatureModel",
    "RandomFeatureSoftmaxAttention",
    "Relu",
    "RidgeSystem",
    "SoftmaxWeight",
    "Spectrum",
    "approximation_bound",
    "arc_cosine",
    "attention_kernel",
    "attention_spectrum",
    "complexity",
    "deep_sets_spectrum",
    "dual_system",
    "empirical_spectrum",
    "excess_risk_bound",
    "kernel_norm",
    "key_power",
    "learning_curve",
    "log_slope",
    "match_power",
    "pad_keys",
    "predicted_error",
    "primal_system",
    "rectified_moment",
    "sphere_tokens",
    "target",
    "tilted_match_power",
]
