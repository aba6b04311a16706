import pytest
import torch

from attnkit.random_features import (
    FixedLevel,
    GeneralisedCrossValidation,
    NormBound,
    RandomFeatureAttention,
)
from tests.random_features.reference import sphere_tokens

QUERIES, KEYS = sphere_tokens(13, 3, 5)
TARGETS = KEYS[..., 0].mean(1)
NAN = torch.full((13,), float("nan"), dtype=torch.float64)
MASK = torch.ones(13, 3, dtype=torch.bool)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((QUERIES[:, None], KEYS, TARGETS), ValueError, r"queries must have shape \(sample, d_q"),
        ((QUERIES, KEYS[0], TARGETS), ValueError, "keys must have shape"),
        (
            (QUERIES[:7], KEYS, TARGETS),
            ValueError,
            r"keys must have shape .* sample = 7 as in queries",
        ),
        ((QUERIES.long(), KEYS, TARGETS), TypeError, "queries must have a floating-point"),
        ((QUERIES, list(KEYS), TARGETS), TypeError, "keys"),
        (
            (QUERIES.float(), KEYS, TARGETS),
            TypeError,
            "keys must be torch.float32 on cpu like queries",
        ),
        ((QUERIES * NAN[:, None], KEYS, TARGETS), ValueError, "queries must hold finite"),
        ((QUERIES, KEYS * NAN[:, None, None], TARGETS), ValueError, "keys must hold finite"),
        ((QUERIES, KEYS, NAN), ValueError, "targets must hold finite"),
        ((QUERIES, KEYS, TARGETS[:7]), ValueError, "targets must have shape .* sample = 13"),
        ((QUERIES, KEYS, TARGETS[:, None, None]), ValueError, "targets must have shape"),
        ((QUERIES, KEYS, TARGETS.long()), TypeError, "targets must have a floating-point"),
        ((QUERIES[:1], KEYS[:1], TARGETS[:1]), ValueError, "at least 2 samples"),
    ],
)
def test_fit_names_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        RandomFeatureAttention(3).fit(*arguments)


@pytest.mark.parametrize(
    ("mask", "error", "message"),
    [
        (MASK.double(), TypeError, "mask must have dtype torch.bool"),
        (MASK[:, :2], ValueError, "mask must have shape .* n_keys = 3"),
    ],
)
def test_fit_names_what_is_wrong_with_a_mask(mask, error, message):
    with pytest.raises(error, match=message):
        RandomFeatureAttention(3).fit(QUERIES, KEYS, TARGETS, mask=mask)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (
            lambda: RandomFeatureAttention(0),
            ValueError,
            r"n_heads must be in \[1, 10000000\], got 0",
        ),
        (lambda: RandomFeatureAttention(2.5), TypeError, "2.5"),
        (lambda: RandomFeatureAttention(3, float("nan")), ValueError, "bias_scale"),
        (lambda: RandomFeatureAttention(3, spread=-1.0), ValueError, "spread"),
        (lambda: FixedLevel(0.0), ValueError, "level"),
        (lambda: NormBound(-1.0), ValueError, "radius"),
        (lambda: GeneralisedCrossValidation(n_levels=1), ValueError, "n_levels"),
    ],
)
def test_constructors_name_what_is_wrong(build, error, message):
    with pytest.raises(error, match=message):
        build()


def test_predict_before_fit():
    with pytest.raises(RuntimeError, match="before fit"):
        RandomFeatureAttention(3).predict(QUERIES, KEYS)


def test_a_bias_needs_queries_and_keys_of_one_width():
    with pytest.raises(ValueError, match="one width, got d_query 4 and d_key 5"):
        RandomFeatureAttention(3, 1.0).fit(QUERIES[:, :4], KEYS, TARGETS)


def test_prediction_with_another_width_is_refused():
    model = RandomFeatureAttention(3).fit(QUERIES, KEYS, TARGETS)
    with pytest.raises(ValueError, match=r"shape \(5, 5\).*shape \(6, 6\)"):
        model.predict(QUERIES[:, :4], KEYS[..., :4])
