"""Contrast, distance, bits and groups against loops and closed forms; at every edge."""

import math

import pytest
import torch
from scipy.spatial.distance import jensenshannon

from attnkit.interpretation import contrast, jensen_shannon, quantised, shifted_groups


def rows(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def test_what_both_maps_have_cancels():
    draw, found = rows(3, 7).softmax(-1), rows(3, 7, seed=1).softmax(-1)
    torch.testing.assert_close(contrast(draw * found, draw, 1e-30), found)
    torch.testing.assert_close(contrast(draw, draw, 1e-30), torch.ones(3, 7).double())
    assert contrast(draw * 0, draw * 0).abs().max() == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_contrast_of_half_precision_is_finite_and_what_overflows_is_refused(dtype):
    task, nothing = rows(3, 7).softmax(-1).to(dtype), torch.zeros(3, 7, dtype=dtype)
    found = contrast(task, nothing)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, contrast(task.float(), nothing.float()))
    with pytest.raises(ValueError, match=r"contrast overflows torch\.float32"):
        contrast(torch.full((3,), 1e20), torch.zeros(3), 1e-30)


def test_rows_that_are_no_densities_are_refused_and_zeros_stand_apart():
    density = rows(3, 7, dtype=torch.float32).softmax(-1)
    for name, pair in (("first", (2 * density, density)), ("second", (density, density / 2))):
        with pytest.raises(ValueError, match=f"{name} must have rows that sum to one or zero"):
            jensen_shannon(*pair)
    zeros = torch.zeros(3, 7)
    assert jensen_shannon(zeros, zeros).tolist() == [0.0] * 3
    torch.testing.assert_close(jensen_shannon(density, zeros), torch.full((3,), math.log(2) / 2))


def test_is_scipys_distance_squared():
    first, second = rows(5, 11).softmax(-1), rows(5, 11, seed=1).softmax(-1)
    wanted = torch.from_numpy(jensenshannon(first, second, axis=-1) ** 2)
    torch.testing.assert_close(jensen_shannon(first, second), wanted)
    torch.testing.assert_close(jensen_shannon(second, first), wanted)


def test_the_ends_of_the_distance():
    apart = torch.eye(2)
    assert jensen_shannon(apart[0], apart[1]).item() == pytest.approx(math.log(2))
    assert jensen_shannon(apart[0], apart[0]).item() == 0
    assert jensen_shannon(torch.zeros(3, 0), torch.zeros(3, 0)).tolist() == [0.0] * 3


def test_a_weight_whose_half_is_nothing_does_not_spoil_it():
    tiny = torch.tensor([1.0, 1e-45])
    assert jensen_shannon(tiny, torch.tensor([1.0, 0.0])).item() == pytest.approx(0, abs=1e-6)
    leaf = torch.tensor([1.0, 0.0], requires_grad=True)
    jensen_shannon(leaf, torch.tensor([0.5, 0.5])).backward()
    assert leaf.grad.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    first, second = rows(101).softmax(-1), rows(101, seed=1).softmax(-1)
    wanted = jensen_shannon(first, second).item()
    found = jensen_shannon(first.to(dtype), second.to(dtype))
    assert found.dtype == torch.float32
    assert found.item() == pytest.approx(wanted, rel=0.03)
    assert quantised(torch.tensor([[6e4, 1.0]]).to(dtype), 2).tolist()[0][1] == 0


@pytest.mark.parametrize("n_bits", [2, 3, 8])
def test_few_values_are_left_and_none_moves_further_than_half_a_step(n_bits):
    states = rows(3, 101, 7)
    found = quantised(states, n_bits)
    for head, own in zip(found, states, strict=True):
        step = own.abs().max().item() / (2 ** (n_bits - 1) - 1)
        assert len(head.unique()) <= 2**n_bits - 1
        assert (head - own).abs().max().item() <= step / 2 + 1e-12
        torch.testing.assert_close((head / step).round() * step, head)
        assert head.abs().max() == own.abs().max()


def test_a_head_has_a_grid_of_its_own():
    states = rows(2, 5, 3)
    apart = quantised(states * torch.tensor([1.0, 1e-6]).double()[:, None, None], 4)
    torch.testing.assert_close(apart[1], 1e-6 * quantised(states, 4)[1])
    assert quantised(torch.zeros(2, 3, 5), 2).abs().max() == 0
    assert quantised(torch.zeros(2, 0, 5), 2).shape == (2, 0, 5)


@pytest.mark.parametrize(("n", "size", "shift"), [(13, 4, 0), (13, 4, 2), (5, 1, 0), (7, 100, 3)])
def test_a_group_is_what_lies_between_two_borders(n, size, shift):
    found = shifted_groups(n, size, shift)
    for i in range(n):
        for j in range(n):
            borders = sum((k + shift) % size == 0 for k in range(min(i, j) + 1, max(i, j) + 1))
            assert found[i, j].item() == (borders == 0)


def test_two_layers_of_shifted_groups_reach_where_two_of_plain_ones_do_not():
    plain, shifted = shifted_groups(24, 8).float(), shifted_groups(24, 8, 4).float()
    assert ((plain @ plain > 0).sum(-1) == 8).all()
    assert (plain @ shifted > 0).sum(-1).min() >= 12


def test_no_token():
    assert shifted_groups(0, 4, 2).shape == (0, 0)
