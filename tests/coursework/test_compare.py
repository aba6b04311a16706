"""What a comparison says: the direction, the place and how many, never the number it wanted."""

import math

import pytest
import torch

from attnkit.coursework import compare
from attnkit.coursework.errors import AnswerError

WANTED = torch.tensor([[1.0, 2.0, 0.5], [0.25, 8.0, 4.0]], dtype=torch.float64)


def changed(*places, by):
    value = WANTED.clone()
    for place in places:
        value[place] += by
    return value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (WANTED, None),
        (changed((0, 2), by=0.1), "the weights are too large at index (0, 2)"),
        (changed((1, 0), by=-0.1), "the weights are too small at index (1, 0)"),
        (changed((0, 0), (1, 2), by=1.0), "too large at index (0, 0) and at 1 other place"),
        (changed((0, 0), (1, 1), (1, 2), by=1.0), "at 2 other places"),
        (changed((0, 1), by=math.nan), "the weights are not a number at index (0, 1)"),
        (WANTED[0], "the weights have shape (3,), not (2, 3)"),
    ],
)
def test_a_difference_is_told_by_direction_and_place(value, said):
    found = compare.against(value, WANTED, what="the weights")
    assert found is None if said is None else said in found


def test_the_entry_furthest_off_is_named():
    value = changed((0, 0), by=0.1) + changed((1, 2), by=-0.3) - WANTED
    assert "too small at index (1, 2)" in compare.against(value, WANTED)


@pytest.mark.parametrize(
    ("value", "wanted", "right"),
    [
        (0.009, 0.0, True),
        (0.011, 0.0, False),
        (0.509, 0.5, True),  # absolute up to one
        (0.511, 0.5, False),
        (100.9, 100.0, True),  # relative beyond
        (101.1, 100.0, False),
        (-100.9, -100.0, True),
    ],
)
def test_the_tolerance_is_absolute_up_to_one_and_relative_beyond(value, wanted, right):
    assert compare.agree(value, wanted, tolerance=0.01) is right
    assert (compare.at_most(value, wanted, tolerance=0.01) is None) is (right or value < wanted)
    assert (compare.at_least(value, wanted, tolerance=0.01) is None) is (right or value > wanted)


def test_a_bound_is_told_in_one_direction_only():
    assert compare.at_most(WANTED - 5, WANTED) is None
    assert compare.at_least(WANTED + 5, WANTED) is None
    assert (
        compare.at_most(changed((0, 1), by=1.0), WANTED)
        == "the result is too large at index (0, 1)"
    )
    assert compare.at_least(changed((0, 1), by=-1.0), 0.25) is None
    assert compare.at_least(WANTED, 0.5) == "the result is too small at index (1, 0)"


@pytest.mark.parametrize("wanted", [math.inf, -math.inf])
def test_the_same_infinity_is_right_and_another_is_not(wanted):
    assert compare.against(wanted, wanted) is None
    assert compare.against(1.0, wanted) is not None
    assert compare.against(-wanted, wanted) is not None


def test_a_number_has_no_place():
    assert compare.against(2.0, 1.0, what="the mass") == "the mass is too large"


def test_a_gradient_by_what_plays_no_part_is_zero():
    played, idle = torch.ones(2, 3, dtype=torch.float64).requires_grad_().unbind()
    torch.testing.assert_close(compare.gradient(played**2, played), 2 * played)
    assert compare.gradient(played**2, idle).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(AnswerError, match="cannot be differentiated"):
        compare.gradient(played.detach(), played)
