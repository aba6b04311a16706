"""The function as laws see it: on copies, of which none may come back changed."""

import pytest
import torch

from attnkit.coursework.copies import copied, require_untouched
from attnkit.coursework.errors import AnswerError, NotDoneError
from attnkit.coursework.guard import Guarded
from attnkit.coursework.limits import Clock
from attnkit.coursework.reach import Reach


def guarded(function, placeholder=None):
    return Guarded(function, placeholder, Clock(), Reach(None, True))


def zeroed(given):
    """Overwrite the first tensor inside, however deep it lies."""
    if isinstance(given, torch.Tensor):
        given.zero_()
    else:
        zeroed(next(iter(given.values() if isinstance(given, dict) else given)))
    return 1.0


INPUTS = [
    torch.ones(3),
    [torch.ones(3), 2],
    (torch.ones(3),),
    {"inner": [torch.ones(3)]},
]


@pytest.mark.parametrize("given", INPUTS, ids=["tensor", "list", "tuple", "dict"])
def test_an_input_may_not_be_overwritten_by_place_or_by_name(given):
    with pytest.raises(AnswerError, match="changes its input"):
        guarded(lambda given: zeroed(given))(given)
    with pytest.raises(AnswerError, match="changes its input"):
        guarded(lambda *, given: zeroed(given))(given=given)
    with pytest.raises(AnswerError, match="changes its input"):
        guarded(lambda first, *, given: zeroed(given))(1.0, given=given)


@pytest.mark.parametrize("given", INPUTS, ids=["tensor", "list", "tuple", "dict"])
def test_the_laws_own_inputs_are_never_touched(given):
    before = copied(given)
    with pytest.raises(AnswerError):
        guarded(lambda given: zeroed(given))(given)
    require_untouched(before, given)


@pytest.mark.parametrize(
    "changed",
    [
        lambda t: t.resize_(2),
        lambda t: t.mul_(torch.tensor([1.0, 1.0, torch.nan])),
        lambda t: t.unsqueeze_(0),
    ],
)
def test_a_change_of_shape_or_to_nan_is_a_change(changed):
    with pytest.raises(AnswerError, match="changes its input"):
        guarded(lambda t: changed(t) is None or 1.0)(torch.ones(3))


def test_a_list_may_not_grow_and_a_dict_may_not_gain_a_key():
    with pytest.raises(AnswerError, match="changes its input"):
        guarded(lambda rows: rows.append(3) or 1.0)([torch.ones(2)])
    with pytest.raises(AnswerError, match="changes its input"):
        guarded(lambda table: table.update(b=3) or 1.0)({"a": 1})


def test_nan_that_stays_is_no_change_and_may_come_out():
    same = guarded(lambda t: t + 0)(torch.tensor([1.0, torch.nan]))
    assert same[1].isnan()


def test_nan_out_of_numbers_is_refused_from_the_second_call_on():
    answer = guarded(lambda t: t * torch.nan if t[0] > 1 else t + 1.0)
    answer(torch.ones(2))
    with pytest.raises(AnswerError, match="returned NaN"):
        answer(torch.tensor([2.0, 1.0]))


def test_the_placeholder_is_not_done_at_its_first_call_only():
    answer = guarded(lambda t: None)
    with pytest.raises(NotDoneError):
        answer(torch.ones(2))
    with pytest.raises(AnswerError, match="returned None"):
        answer(torch.ones(2))


def test_what_was_raised_is_kept_and_passes_through():
    error = LookupError("here")

    def raising(_):
        raise error

    answer = guarded(raising)
    with pytest.raises(LookupError):
        answer(1.0)
    assert answer.raised is error
    assert answer.sentence(error).startswith("your function raised LookupError (`here`) at line ")
    assert answer.clock.started is None


def test_gradients_flow_through_the_copies():
    leaf = torch.ones(2, requires_grad=True)
    guarded(lambda t: t * 3)(leaf).sum().backward()
    assert leaf.grad.tolist() == [3.0, 3.0]
