"""Right calls of what a head can express."""

import math

import numpy as np
import torch

from attnkit import random_features as rf
from tests.fuzz import Call

SIZES = {"width": 5, "n_keys": 3}
BETA = torch.eye(5, dtype=torch.float64)[0]
OPTIONAL = {"none"}


def chance():
    return torch.Generator().manual_seed(0)


def tokens():
    queries, keys = rf.sphere_tokens(11, 3, 5, generator=chance())
    return {"queries": queries.contiguous(), "keys": keys.contiguous()}


def masked():
    mask = torch.ones(11, 3, dtype=torch.bool)
    mask[0, 2] = False
    return tokens() | {"mask": mask}


def sample():
    return masked() | {"targets": tokens()["queries"][:, :2].contiguous()}


def gram():
    features = torch.randn(11, 7, generator=chance(), dtype=torch.float64)
    return features @ features.T


def values():
    return torch.randn(11, 2, generator=chance(), dtype=torch.float64)


def system():
    return rf.dual_system(gram(), values())


def fields():
    found = system()
    tensors = ("eigenvalues", "coordinates", "remainder", "basis")
    given = {name: getattr(found, name).contiguous() for name in tensors}
    return given | {"n_samples": found.n_samples, "mean_square": found.mean_square}


def levels():
    return {"levels": torch.ones(3, 2, dtype=torch.float64)}


def row():
    return torch.linspace(-1, 1, 7, dtype=torch.float64)


def spectra():
    power = rf.key_power(np.square, **SIZES)
    return {"spectrum": rf.attention_spectrum(**SIZES), "power": power, "n_samples": 100}


def kernel(**extra):
    pair = tuple(tokens().values())
    return {"first": pair, "second": pair, "bias_scale": 0.5, "spread": 0.5} | extra


HIDDEN = {"mask": OPTIONAL}
LEARNERS = [
    Call(
        maker,
        lambda given=given: given | {"generator": chance()},
        means={"generator": OPTIONAL, **HIDDEN},
        then={"fit": sample, "features": masked, "gram": masked},
        reads=lambda model: model if isinstance(model, torch.Tensor) else (),
    )
    for maker, given in (
        (rf.RandomFeatureAttention, {"n_heads": 7, "bias_scale": 1.0, "spread": 0.5}),
        (rf.RandomFeatureSoftmaxAttention, {"n_heads": 7, "bias_scale": 1.0, "spread": 0.5}),
        (rf.RandomFeatureDeepSets, {"n_features": 13}),
        (rf.RandomFeatureMLP, {"n_features": 13}),
    )
]
FITTED = rf.RandomFeatureAttention(7).fit(**sample())
PAIRS = [
    rf.Match() ** 2,
    rf.AlongKey(BETA) * rf.AlongQuery(BETA),
    rf.Relu(rf.Match()),
    rf.SoftmaxWeight(2.0) + 2.0 * rf.Match(),
]

CALLS = [
    *LEARNERS,
    Call(FITTED.predict, masked, means=HIDDEN),
    Call(rf.arc_cosine, lambda: {"cosine": row()}),
    Call(
        rf.rectified_moment,
        lambda: {"first": row(), "second": row().flip(0), "correlation": 0.5 * row()},
    ),
    Call(
        rf.attention_kernel,
        lambda: kernel(first_mask=masked()["mask"], second_mask=masked()["mask"]),
        means={"first_mask": OPTIONAL, "second_mask": OPTIONAL},
    ),
    Call(rf.pad_keys, lambda: {"sequences": [torch.zeros(2, 5), torch.ones(3, 5)]}),
    *(
        Call(pair, masked, means=HIDDEN, name=f"attnkit.random_features.pairs.{i}")
        for i, pair in enumerate(PAIRS)
    ),
    Call(rf.AlongKey, lambda: {"direction": BETA.clone()}, then={"__call__": masked}, means=HIDDEN),
    Call(
        rf.AlongQuery, lambda: {"direction": BETA.clone()}, then={"__call__": masked}, means=HIDDEN
    ),
    Call(rf.Relu, lambda: {"inner": rf.Match()}),
    Call(rf.SoftmaxWeight, lambda: {"scale": 2.0}, then={"__call__": masked}, means=HIDDEN),
    Call(rf.Match, dict, then={"tensor_norms": lambda: {"width": 5}}),
    Call(rf.target, lambda: masked() | {"pair": PAIRS[3]}, means=HIDDEN),
    Call(
        rf.sphere_tokens,
        lambda: {"n_samples": 3, "n_keys": 2, "width": 5, "generator": chance()},
    ),
    Call(rf.GeneralisedCrossValidation, lambda: {"n_levels": 7}),
    Call(rf.FixedLevel, lambda: {"level": 0.5}),
    Call(rf.NormBound, lambda: {"radius": 0.5}),
    Call(
        rf.GeneralisedCrossValidation(),
        lambda: {"system": system()},
        name="attnkit.random_features.gcv",
    ),
    Call(rf.dual_system, lambda: {"gram": gram(), "targets": values()}),
    Call(rf.primal_system, lambda: {"features": gram()[:, :5].contiguous(), "targets": values()}),
    Call(
        rf.RidgeSystem,
        fields,
        then={
            "residual": levels,
            "freedom_left": levels,
            "squared_norm": levels,
            "solve": lambda: {"level": torch.ones(2, dtype=torch.float64)},
        },
    ),
    Call(rf.attention_spectrum, lambda: SIZES | {"degree": 4, "spread": 0.5}),
    Call(rf.deep_sets_spectrum, lambda: SIZES | {"degree": 4}),
    Call(rf.key_power, lambda: SIZES | {"function": np.square}),
    Call(rf.match_power, lambda: SIZES | {"function": np.square}),
    Call(rf.tilted_match_power, lambda: SIZES | {"function": np.square}),
    Call(rf.complexity, lambda: {"pair": rf.Match() ** 2, "width": 5}),
    Call(
        rf.approximation_bound,
        lambda: {"b": 2.0, "width": 5, "n_heads": 100, "confidence": 0.9},
    ),
    Call(rf.excess_risk_bound, lambda: {"b": 2.0, "width": 5, "n_heads": 100, "n_samples": 50}),
    Call(rf.kernel_norm, lambda: {k: v for k, v in spectra().items() if k != "n_samples"}),
    Call(rf.empirical_spectrum, lambda: {"gram": gram(), "targets": values()[:, 0].contiguous()}),
    Call(
        rf.predicted_error,
        lambda: spectra() | {"n_features": 600.0},
        means={"n_features": {"inf"}},
    ),
    Call(
        rf.learning_curve,
        lambda: spectra() | {"n_samples": np.array([8, 64]), "n_features": math.inf},
        means={"n_features": {"inf"}},
    ),
    Call(rf.log_slope, lambda: {"x": np.array([1.0, 2.0, 5.0]), "y": np.array([3.0, 2.0, 1.0])}),
]
