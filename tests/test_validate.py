import math

import pytest
import torch

from attnkit import validate
from attnkit.validate import require_generator


@pytest.mark.parametrize("seed", [0, None, "0"])
def test_a_seed_is_not_a_generator(seed):
    with pytest.raises(TypeError, match=r"generator must be a torch.Generator, such as"):
        require_generator("generator", seed)


def test_a_number_agrees_with_its_noun():
    said = [validate.counted(n, noun) for n in (0, 1, 2) for noun in ("bad entry", "unit")]
    assert said == ["0 bad entries", "0 units", "1 bad entry", "1 unit", "2 bad entries", "2 units"]


def test_a_generator_is_one():
    require_generator("generator", torch.Generator())


@pytest.mark.parametrize("allow_minus_inf", [False, True])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_one_bad_entry_among_many_is_seen(bad, dtype, allow_minus_inf):
    entries = torch.zeros(61, 67, dtype=dtype)
    entries[43, 59] = bad
    validate.require_finite("scores", entries[:43])
    if bad == -math.inf and allow_minus_inf:
        validate.require_finite("scores", entries, allow_minus_inf=True)
        return
    with pytest.raises(
        ValueError, match=f"scores must hold finite .*got 1 bad entry such as {bad}"
    ):
        validate.require_finite("scores", entries, allow_minus_inf=allow_minus_inf)


def test_of_several_tensors_the_one_that_holds_a_nan_is_named():
    good, empty = torch.zeros(3), torch.zeros(0)
    validate.require_each_finite(queries=good, keys=good)
    for name in ("queries", "keys"):
        for bad in (torch.nan, torch.inf, -torch.inf):
            held = {"queries": good, "keys": good} | {name: torch.tensor([0.0, bad])}
            with pytest.raises(ValueError, match=f"{name} must hold finite numbers"):
                validate.require_each_finite(**held)
            with pytest.raises(ValueError, match=f"{name} must hold finite numbers"):
                validate.require_each_finite(**held, values=empty)
