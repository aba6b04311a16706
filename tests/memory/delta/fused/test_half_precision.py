"""Half precision: operands are rounded like the input, sums and states are float32.

On its way to an output a number is rounded nine times at most: in the share of the inverse that
makes W, in W, in the state that W hears, in U, in the share that makes U₀, in U₀, in A, in the
state that queries read, and in the output. A gradient goes back through as many again. With unit
keys and rates of at most one the memory only shrinks errors, so each adds no more than one unit of
rounding of the largest number. The interpreter cuts bfloat16 off where a device rounds: two units.
"""

import pytest
import torch

from attnkit.memory.delta import delta_rule
from tests.memory.delta.fused.calls import call, distances

pytestmark = pytest.mark.usefixtures("kernels")
UNITS = {torch.float16: 2**-11, torch.bfloat16: 2**-7}
HALVES = pytest.mark.parametrize("half", UNITS)


@HALVES
@pytest.mark.parametrize("decay", [False, True])
def test_is_as_near_as_roundings_allow(half, decay):
    sequences, gates, state = call(131, widths=(19, 11), decay=decay, dtype=half)
    sequences[3] = sequences[3] / 1.8
    found = distances(sequences, gates, state)
    assert found[:2].max() <= 9 * UNITS[half]
    assert found[2:].max() <= 18 * UNITS[half]


@HALVES
def test_gives_the_types_of_the_torch_path(half):
    sequences, _, _ = call(3, dtype=half)
    output, state = delta_rule(*sequences)
    assert (output.dtype, state.dtype) == (half, torch.float32)


@pytest.mark.filterwarnings("ignore:(overflow|invalid value) encountered:RuntimeWarning")
def test_what_outgrows_float16_takes_the_torch_path():
    """The state is float32 and may be larger; two keys read the difference of two such numbers."""
    ones = torch.ones(3, 2, dtype=torch.float16)
    queries, state = ones * torch.tensor([1.0, -1.0]).half(), torch.full((2, 1), 70_000.0)
    output, final = delta_rule(queries, ones, 5 * ones[:, :1], torch.zeros(3), initial_state=state)
    assert torch.equal(output, torch.zeros(3, 1, dtype=torch.float16))
    assert torch.equal(final, state)
    with pytest.raises(ValueError, match=r"output overflows torch\.float16"):
        delta_rule(ones, ones, ones[:, :1], torch.zeros(3), initial_state=state)
