"""A figure computes what its controls list, and more only where a control slides."""

import pickle

import pytest

from attnkit.explore import Choice, Slider, Steps
from attnkit.explore.completed import Completed


def powers(base, exponent, sign):
    return {"power": base**exponent * (1 if sign == "plus" else -1)}


COMPUTE = Completed(
    powers,
    [
        Slider("base", low=0.0, high=2.0, default=1.0, step=0.5),
        Steps("exponent", "exponent", (2, 3), default=3),
        Choice("sign", "sign", ("plus", "minus")),
    ],
)


@pytest.mark.parametrize("compute", [COMPUTE, pickle.loads(pickle.dumps(COMPUTE))])
def test_what_is_left_out_has_its_default_and_a_slider_may_go_on(compute):
    assert compute(base=2.0) == {"power": 8.0}
    assert compute(base=5.0, exponent=2.0, sign="minus") == {"power": -25.0}


@pytest.mark.parametrize("compute", [COMPUTE, pickle.loads(pickle.dumps(COMPUTE))])
@pytest.mark.parametrize("wrong", [{"exponent": 4}, {"exponent": 2.5}, {"sign": "both"}])
def test_what_a_list_does_not_hold_is_refused_by_name(compute, wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"^{name} must be one of"):
        compute(**wrong)
