"""What only Jupyter offers: own numbers from any container, settings that are refused clearly."""

import numpy as np
import pandas as pd
import pytest
import torch

from attnkit.explore import Free, Numbers
from attnkit.explore.free import complete
from tests.explore.demo import DEMO

ROW = Numbers("scores", "your own scores", least=2, most=5, meaning="one for each key")
HANDS = [*DEMO.controls, *DEMO.free]


@pytest.mark.parametrize(
    "value",
    [
        [0.5, -1, 2],
        (0.5, -1.0, 2.0),
        np.array([0.5, -1, 2], dtype=np.float32),
        torch.tensor([0.5, -1, 2], dtype=torch.bfloat16),
        torch.tensor([0.5, -1, 2], requires_grad=True),
        pd.Series([0.5, -1, 2], index=[7, 8, 9]),
        "0.5, -1, 2",
        "[0.5 -1;\n 2]",
        "5e-1\t-1 2",
    ],
)
def test_own_numbers_come_from_any_container(value):
    assert ROW.accept(value) == (0.5, -1.0, 2.0)


@pytest.mark.parametrize("value", [(), [], "", " , ", None, np.array([])])
def test_no_numbers_stand_for_the_figures_own_data(value):
    assert ROW.accept(value) == ()


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (["1", "2"], TypeError, "scores must be one row of real numbers"),
        ([True, False], TypeError, "dtype bool"),
        ([1j, 2], TypeError, "dtype complex128"),
        ([[1.0, 2.0]], TypeError, r"shape \(1, 2\)"),
        (3.0, TypeError, r"float of shape \(\)"),
        ({"a": 1}, TypeError, "scores must be one row"),
        ([1.0, [2.0]], TypeError, "scores must be one row"),
        (pd.Series([1.0, None], dtype="Float64"), ValueError, "finite numbers, got nan"),
        (pd.DataFrame({"a": [1.0]}), TypeError, r"DataFrame of shape \(1, 1\)"),
        ([1.0, np.nan], ValueError, "scores must hold finite numbers, got nan"),
        ("1 inf", ValueError, "scores must hold finite numbers, got inf"),
        ([1.0], ValueError, "scores must hold 2 to 5 numbers, got 1"),
        (range(6), ValueError, "got 6"),
        ("1, two, 3", ValueError, "'two' is no number\n1, two, 3\n   \\^"),
    ],
)
def test_what_is_no_row_of_numbers_is_refused_by_name(value, error, message):
    with pytest.raises(error, match=message):
        ROW.accept(value)


def test_a_setting_is_completed_with_the_defaults():
    assert complete(HANDS, {}) == DEMO.defaults | {"lift": 0.0}
    given = {"place": 1, "count": 7.0, "words": "mine", "tilt": 0.37}
    setting = complete(HANDS, given)
    assert setting == DEMO.defaults | given | {"lift": 0.0}
    assert isinstance(setting["place"], float)
    assert isinstance(setting["count"], int)


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"alpha": 1.0}, ValueError, r"params names 'alpha'.*'place', 'width'"),
        ({"place": "1"}, TypeError, "place must be a number, got str '1'"),
        ({"place": True}, TypeError, "place must be a number, got bool True"),
        ({"place": np.array([1.0])}, TypeError, "place must be a number"),
        ({"place": np.nan}, ValueError, "place must be a number, got nan"),
        ({"place": 2.01}, ValueError, "place must be in \\[-2, 2\\], got 2.01"),
        ({"lift": np.inf}, ValueError, "lift must be in \\[-1, 1\\], got inf"),
        ({"count": 3}, ValueError, r"count must be one of \(1, 2, 4, 7\), got 3"),
        ({"count": True}, ValueError, "count must be one of"),
        ({"count": np.arange(2)}, ValueError, "count must be one of"),
        ({"shape": "square"}, ValueError, "shape must be one of"),
        ({"words": 3}, TypeError, "words must be a str, got 3"),
    ],
)
def test_a_setting_that_no_reader_could_make_is_refused_by_name(params, error, message):
    with pytest.raises(error, match=message):
        complete(HANDS, params)


def test_numpy_numbers_are_numbers():
    assert complete(HANDS, {"place": np.float32(0.5), "count": np.int64(2)})["count"] == 2


def test_a_free_number_is_held_to_its_range():
    assert Free("lift", "lift", low=0.0, high=1.0, default=0.5, step=0.1).accept(0.25) == 0.25
