"""Attention of states through one matrix against a loop; symmetry; every edge; all compiled."""

import math

import pytest
import torch

from attnkit.structure import MinimalAttention, minimal_attention, symmetric_share


def drawn(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def inputs(dtype=torch.float64):
    return drawn(3, 5, 6, dtype=dtype), drawn(2, 6, 6, seed=1, dtype=dtype)


def test_each_head_reads_its_share_of_the_channels():
    states, matrices = inputs()
    found = minimal_attention(states, matrices)
    for x, read in zip(states, found, strict=True):
        for h in range(2):
            own = slice(3 * h, 3 * h + 3)
            scores = [[(i @ matrices[h] @ j).item() / 6**0.5 for j in x] for i in x]
            shares = torch.tensor(scores, dtype=torch.float64).exp()
            torch.testing.assert_close(
                read[:, own], shares / shares.sum(-1, keepdim=True) @ x[:, own]
            )


def test_it_is_equivariant_and_differentiable():
    states, matrices = inputs()
    order = torch.tensor([3, 0, 4, 1, 2])
    found = minimal_attention(states, matrices)
    torch.testing.assert_close(minimal_attention(states[:, order], matrices), found[:, order])
    assert torch.autograd.gradcheck(minimal_attention, [x.requires_grad_() for x in inputs()])


def test_padding_is_not_read_and_reads_nothing():
    states, matrices = inputs()
    wanted = minimal_attention(states[:, :3], matrices)
    states[:, 3:] = math.nan
    found = minimal_attention(states, matrices, mask=torch.arange(5) < 3)
    torch.testing.assert_close(found[:, :3], wanted)
    assert found[:, 3:].abs().max() == 0


def test_one_token_none_half_precision_and_autocast():
    states, matrices = inputs()
    torch.testing.assert_close(minimal_attention(states[:, :1], matrices), states[:, :1])
    assert minimal_attention(states[:, :0], matrices).shape == (3, 0, 6)
    exact = minimal_attention(*(x.double() for x in inputs(torch.bfloat16)))
    half = minimal_attention(*inputs(torch.bfloat16))
    assert (half.double() - exact).abs().max() <= 8 * torch.finfo(torch.bfloat16).eps
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = minimal_attention(*inputs(torch.float32))
    assert torch.equal(inside, minimal_attention(*inputs(torch.float32)))


def test_the_share_of_symmetric_antisymmetric_and_triangular_matrices():
    matrix = drawn(7, 5, 5)
    even, odd = (matrix + matrix.mT) / 2, (matrix - matrix.mT) / 2
    torch.testing.assert_close(symmetric_share(even), torch.ones(7, dtype=torch.float64))
    assert symmetric_share(odd).abs().max() < 1e-30
    trace = (matrix @ matrix).diagonal(dim1=-1, dim2=-2).sum(-1)
    wanted = 0.5 + trace / (2 * matrix.square().sum((-1, -2)))
    torch.testing.assert_close(symmetric_share(matrix), wanted)
    assert symmetric_share(drawn(5, 5).tril(-1)).item() == pytest.approx(0.5)
    assert symmetric_share(torch.zeros(5, 5)).isnan()
    assert symmetric_share((1e4 * matrix).half()).isfinite().all()


def test_the_layer_learns_half_the_numbers_and_stays_symmetric():
    layer = MinimalAttention(6, 2)
    assert sum(each.numel() for each in layer.parameters()) == 2 * 21
    matrices = layer.matrices()
    assert torch.equal(matrices, matrices.mT)
    assert len(matrices[0].unique()) == 21
    states = inputs(torch.float32)[0]
    torch.testing.assert_close(layer(states), minimal_attention(states, matrices))
    layer(states).square().sum().backward()
    assert (layer.lower.grad != 0).all()
    with pytest.raises(ValueError, match="n_heads must divide width = 6, got 4"):
        MinimalAttention(6, 4)


COMPILED = """
import torch
from attnkit.structure import MinimalAttention, minimal_attention

layer, states = MinimalAttention(6, 2), torch.randn(3, 5, 6)
mask = torch.arange(5) < 3
compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(states, mask), layer(states, mask))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"states": torch.zeros(5, 6, dtype=torch.int64)}, TypeError, "states must"),
        ({"states": torch.full((5, 6), math.nan)}, ValueError, "states must"),
        ({"matrices": torch.zeros(4, 6, 6)}, ValueError, "divide the width 6, got 4"),
        ({"matrices": torch.zeros(0, 6, 6)}, ValueError, "divide the width 6, got 0"),
        ({"matrices": torch.full((2, 6, 6), math.inf)}, ValueError, "matrices must"),
        ({"mask": torch.zeros(5)}, TypeError, "mask must"),
        ({"mask": torch.ones(4, dtype=torch.bool)}, ValueError, "mask must broadcast"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    right = dict(zip(("states", "matrices"), inputs(torch.float32), strict=True))
    with pytest.raises(error, match=message):
        minimal_attention(**right | arguments)


def test_a_matrix_of_no_width_and_states_of_another_are_named():
    with pytest.raises(ValueError, match=r"matrix must have a width of at least 1, got \(0, 0\)"):
        symmetric_share(torch.zeros(0, 0))
    assert symmetric_share(torch.zeros(0, 3, 3)).shape == (0,)
    with pytest.raises(
        ValueError, match=r"states must have shape \(\.\.\., time, 6\), got \(3, 5\)"
    ):
        MinimalAttention(6, 2)(torch.zeros(3, 5))
