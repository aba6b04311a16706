"""Half precision, autocast, nothing, and what is refused."""

import math

import pytest
import torch

from attnkit.memory.titans import NeuralState, at_rest, deep_memory, neural_memory, read_memory
from tests.memory.titans.inputs import inputs


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_in_and_out_state_in_single(dtype):
    sequences, gates, state = inputs(2, dtype=dtype)
    output, after = neural_memory(*sequences, **gates, initial_state=state, chunk_size=4)
    exact, _ = neural_memory(
        *(s.double() for s in sequences),
        **{n: g.double() for n, g in gates.items()},
        initial_state=at_rest(tuple(w.double() for w in state.memory)),
        chunk_size=4,
    )
    assert output.dtype == dtype
    assert after.memory[0].dtype == torch.float32
    assert (output - exact).abs().max() <= 2 * torch.finfo(dtype).eps * exact.abs().max()


def test_autocast_changes_nothing_in_values_and_gradients():
    def run():
        sequences, gates, state = inputs(2, dtype=torch.float32)
        sequences[1].requires_grad_()
        output, _ = neural_memory(*sequences, **gates, initial_state=state, chunk_size=4)
        return output.detach(), *torch.autograd.grad(output.sum(), sequences[1])

    outside = run()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = run()
    assert all(torch.equal(a, b) for a, b in zip(inside, outside, strict=True))


def test_what_is_wrong_is_said_by_name():
    sequences, gates, state = inputs(2)
    call = lambda **more: neural_memory(*sequences, **gates | {"chunk_size": 4} | more)  # noqa: E731
    with pytest.raises(ValueError, match=r"initial_state\.seen must be in \[0, 3\]"):
        call(initial_state=state._replace(seen=state.seen + 4))
    with pytest.raises(ValueError, match=r"initial_state\.velocity must have the shapes"):
        call(initial_state=state._replace(velocity=state.velocity[:1]))
    with pytest.raises(ValueError, match=r"initial_state\.entry must hold finite"):
        call(initial_state=state._replace(entry=tuple(w * math.nan for w in state.entry)))
    with pytest.raises(ValueError, match="initial_state must be of sequences"):
        call(initial_state=NeuralState(*(tuple(w[0] for w in p) for p in state.parts),
                                       state.seen))  # fmt: skip
    with pytest.raises(ValueError, match="momentum must be"):
        call(momentum=gates["momentum"] + 1)
    bad = sequences[2].clone()
    bad[0, 3, 1] = math.nan
    with pytest.raises(ValueError, match="values must hold finite"):
        neural_memory(*sequences[:2], bad, sequences[3], **gates, chunk_size=4)
    with pytest.raises(ValueError, match="although every input is finite"):
        neural_memory(*sequences[:2], sequences[2] * 1e300, sequences[3], **gates, chunk_size=4,
                      initial_state=state)  # fmt: skip
    with pytest.raises(ValueError, match="widths must be two or more"):
        deep_memory(3, generator=torch.Generator())
    with pytest.raises(ValueError, match="memory must hold a layer at least"):
        at_rest(())
    with pytest.raises(ValueError, match="memory must be weights"):
        read_memory(sequences[0], (state.memory[1], state.memory[0]))


def test_no_sequences():
    sequences, gates, _ = inputs(1)
    none = [t[:0] for t in sequences], {name: gate[:0] for name, gate in gates.items()}
    output, after = neural_memory(*none[0], **none[1], chunk_size=4)
    assert output.shape == (0, 23, 3)
    assert after.memory[0].shape == (0, 5, 3)
