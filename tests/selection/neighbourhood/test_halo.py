"""Blocks with halos against loops, and against windows with a stride of one block."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.selection import halo_keys, neighbourhood_keys
from tests.selection.neighbourhood.by_hand import in_halo, mask_of


@settings(deadline=None)
@given(n=st.integers(0, 19), block=st.integers(1, 9), halo=st.integers(0, 7))
def test_a_block_sees_what_loops_find(n, block, halo):
    assert torch.equal(
        halo_keys((n,), block=block, halo=halo), mask_of(in_halo, (n,), [block], [halo])
    )


def test_on_two_axes_too():
    found = halo_keys((5, 7), block=(2, 3), halo=(1, 2))
    assert torch.equal(found, mask_of(in_halo, (5, 7), (2, 3), (1, 2)))


@pytest.mark.parametrize("block", [2, 3, 4, 7])
@pytest.mark.parametrize("halo", [1, 2])
@pytest.mark.parametrize("n_blocks", [4, 5])
def test_inside_it_is_a_window_and_two_blocks_of_rows_differ(block, halo, n_blocks):
    n = block * n_blocks
    found = halo_keys((n,), block=block, halo=halo)
    window = neighbourhood_keys((n,), window=block + 2 * halo, stride=block)
    differ = (found != window).any(-1)
    assert differ.tolist() == [True] * block + [False] * (n - 2 * block) + [True] * block
    assert found.sum(-1)[0] == found.sum(-1)[-1] == block + halo
    assert not (found & ~window).any()


@pytest.mark.parametrize(("block", "halo"), [(2, 3), (3, 7), (1, 4)])
def test_a_halo_longer_than_its_block_is_cut_in_more_blocks(block, halo):
    n = block * 20
    window = neighbourhood_keys((n,), window=block + 2 * halo, stride=block)
    differ = (halo_keys((n,), block=block, halo=halo) != window).any(-1)
    assert differ.sum() == 2 * block * -(-halo // block)


def test_without_a_halo_blocks_see_themselves_and_no_border_differs():
    found = halo_keys((12,), block=3, halo=0)
    assert torch.equal(found, neighbourhood_keys((12,), window=3, stride=3))
