"""Feature maps: the kernels they claim, positive where they claim it."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.memory.feature_maps import SharpMap, elu_plus_one, relu_features, taylor_features


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_elu_plus_one_is_elu_plus_one_and_stays_positive():
    x = normal(13, 7)
    torch.testing.assert_close(elu_plus_one(x), torch.nn.functional.elu(x) + 1)
    assert (elu_plus_one(torch.tensor([-60.0])) > 0).all()
    assert (torch.nn.functional.elu(torch.tensor([-60.0])) + 1 == 0).all()


def test_relu_features_of_symmetric_input_are_half_zero():
    assert (relu_features(normal(101, 97)) == 0).double().mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("d", [1, 2, 5, 16])
def test_taylor_features_expand_the_exponential(d):
    queries, keys = normal(11, d), normal(13, d, seed=1)
    t = queries @ keys.mT / math.sqrt(d)
    features = taylor_features(queries), taylor_features(keys)
    assert features[0].shape == (11, 1 + d + d * (d + 1) // 2)
    torch.testing.assert_close(features[0] @ features[1].mT, 1 + t + t.square() / 2)


def test_packing_saves_the_mirrored_products():
    assert taylor_features(torch.ones(16)).shape == (153,)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100))
def test_the_taylor_kernel_never_falls_below_one_half(seed, scale):
    features = taylor_features(scale * normal(2, 6, seed=seed))
    product = features[0] @ features[1]
    assert product >= 0.5 * (1 - 1e-9) - 1e-12 * features.square().sum()


def test_sharp_map_is_positive_sums_to_one_and_tells_signs_apart():
    sharp = SharpMap(5).double()
    x = normal(17, 5)
    features = sharp(x)
    assert features.shape == (17, 10)
    assert (features > 0).all()
    torch.testing.assert_close(features.sum(-1), torch.ones(17, dtype=torch.float64))
    torch.testing.assert_close(sharp(-x), features.roll(5, -1))


def test_sharp_map_learns():
    sharp = SharpMap(3)
    sharp(torch.ones(2, 3))[..., 0].sum().backward()
    assert sharp.projection.grad.abs().max() > 0


def test_a_higher_gain_is_sharper():
    x = normal(101, 8)
    entropy = [
        torch.special.entr(SharpMap(8, gain=g).double()(x)).sum(-1).mean() for g in (0.5, 2.0, 8.0)
    ]
    assert entropy[0] > entropy[1] > entropy[2]


@pytest.mark.parametrize("gain", [0.0, -1.0, math.inf])
def test_sharp_map_refuses_a_gain_that_is_not_positive(gain):
    with pytest.raises(ValueError, match="gain"):
        SharpMap(3, gain=gain)
