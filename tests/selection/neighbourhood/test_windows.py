"""Windows against loops over keys, and what must be true of them whatever their sizes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.selection import neighbourhood_keys, window_and_ends
from tests.selection.neighbourhood.by_hand import mask_of, near

CASES = [
    ((13,), 5, 1, 1, False),
    ((13,), 5, 3, 2, False),
    ((13,), 4, 2, 3, True),
    ((3, 7), (3, 5), (1, 2), (1, 2), (True, False)),
    ((2, 3, 5), (1, 2, 3), (1, 2, 3), 1, False),
]


def of_axes(size, shape):
    return size if isinstance(size, tuple) else (size,) * len(shape)


@pytest.mark.parametrize(("shape", "window", "stride", "dilation", "causal"), CASES)
def test_a_window_holds_what_loops_find(shape, window, stride, dilation, causal):
    found = neighbourhood_keys(
        shape, window=window, stride=stride, dilation=dilation, causal=causal
    )
    sizes = [of_axes(size, shape) for size in (window, stride, dilation, causal)]
    assert torch.equal(found, mask_of(near, shape, *sizes))


SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda pair: sorted(pair)[::-1])


@settings(deadline=None)
@given(n=st.integers(0, 23), sizes=SIZES, dilation=st.integers(1, 4), causal=st.booleans())
def test_on_one_axis_too(n, sizes, dilation, causal):
    window, stride = sizes
    found = neighbourhood_keys((n,), window=window, stride=stride, dilation=dilation, causal=causal)
    assert torch.equal(found, mask_of(near, (n,), [window], [stride], [dilation], [causal]))


@settings(deadline=None)
@given(n=st.integers(1, 23), sizes=SIZES, dilation=st.integers(1, 4))
def test_each_query_has_all_its_keys_at_the_border_too(n, sizes, dilation):
    window, stride = sizes
    found = neighbourhood_keys((n,), window=window, stride=stride, dilation=dilation)
    of_kind = [len(range(i % dilation, n, dilation)) for i in range(n)]
    assert found.sum(-1).tolist() == [min(window, each) for each in of_kind]


@settings(deadline=None)
@given(n=st.integers(1, 23), sizes=SIZES)
def test_in_a_causal_window_no_row_is_empty_or_sees_ahead(n, sizes):
    window, stride = sizes
    found = neighbourhood_keys((n,), window=window, stride=stride, causal=True)
    assert not found.triu(1).any()
    assert found.diagonal().all()
    late = found.sum(-1)[window:]
    assert ((late > window - stride) & (late <= window)).all()


def test_the_windows_of_seven_tokens():
    rows = ["1110000", "1110000", "0111000", "0011100", "0001110", "0000111", "0000111"]
    assert strings(neighbourhood_keys((7,), window=3)) == rows
    blocks = ["1110000"] * 3 + ["0001110"] * 3 + ["0000111"]
    assert strings(neighbourhood_keys((7,), window=3, stride=3)) == blocks


def strings(mask):
    return ["".join(str(int(each)) for each in row) for row in mask]


@pytest.mark.parametrize("window", [1, 4, 5, 12])
def test_at_a_stride_of_one_it_is_the_room_s_window(window):
    """Of two keys as near both take the earlier one."""
    found = neighbourhood_keys((11,), window=window)
    assert torch.equal(found, window_and_ends(11, window, ends=0))


def test_neighbours_of_a_group_share_their_window():
    found = neighbourhood_keys((17,), window=7, stride=3)
    assert torch.equal(found[:15:3], found[1:15:3])
    assert torch.equal(found[:15:3], found[2:15:3])
    assert not torch.equal(found[3], found[6])


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"window": 3, "stride": 4}, "stride must be at most the window, 3, got 4"),
        ({"window": (3, 3)}, "window must have one entry for each of 1 axes, got 2"),
        ({"window": 0}, "window"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(sizes, told):
    with pytest.raises((ValueError, TypeError), match=told):
        neighbourhood_keys((7,), **sizes)


@pytest.mark.parametrize("shape", [(), (2, 2, 2, 2)])
def test_four_axes_and_none_are_refused(shape):
    with pytest.raises(ValueError, match=f"shape must have 1 to 3 axes, got {len(shape)}"):
        neighbourhood_keys(shape, window=1)
