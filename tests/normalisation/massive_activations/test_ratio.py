"""The ratio of the largest entry to the median one."""

import math

import numpy as np
import pytest
import torch

from attnkit.normalisation.massive_activations import activation_ratio


def states(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def test_equals_numpys_for_an_odd_number_of_entries():
    hidden = states(3, 5, 7)
    wanted = [np.abs(h).max() / np.median(np.abs(h)) for h in hidden.numpy()]
    np.testing.assert_allclose(activation_ratio(hidden), wanted, rtol=1e-14)


def test_neither_scale_nor_order_matters():
    hidden = states(5, 7)
    ratio = activation_ratio(hidden)
    torch.testing.assert_close(activation_ratio(-3 * hidden), ratio)
    assert activation_ratio(hidden.flip(0)) == activation_ratio(hidden.flip(1)) == ratio


def test_one_massive_entry_is_found_and_a_norm_hides_it():
    hidden = states(13, 97)
    before = activation_ratio(hidden).item()
    hidden[0, 5] = 500.0
    normed = torch.nn.functional.layer_norm(hidden, (97,))
    assert activation_ratio(hidden).item() > 100 * before
    assert activation_ratio(normed).item() < math.sqrt(97) / 0.5


def test_nothing_ordinary_to_compare_with():
    assert activation_ratio(torch.zeros(2, 3, 5)).isnan().all()
    assert activation_ratio(torch.zeros(2, 0, 5)).isnan().all()
    assert activation_ratio(torch.zeros(0, 3, 5)).shape == (0,)


def test_half_precision_does_not_overflow():
    hidden = torch.full((3, 5), 1e-4, dtype=torch.float16)
    hidden[0, 0] = 6e4
    ratio = activation_ratio(hidden)
    assert ratio.dtype == torch.float32
    assert ratio.item() == pytest.approx(6e8, rel=0.01)


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="states must hold finite"):
        activation_ratio(torch.full((2, 3), math.nan))
    with pytest.raises(TypeError, match="states must"):
        activation_ratio(torch.zeros(2, 3, dtype=torch.int64))
