"""σReparam: its power steps reach the singular value, its gradient is that of the quotient."""

import copy

import pytest
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.utils import parametrize

from attnkit.concentration import SigmaReparam, divided_by_spectral_norm, sigma_reparametrise

F64 = torch.float64


def weight(*shape, seed=0, dtype=F64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=F64).to(dtype)


def norm(matrix):
    return torch.linalg.svdvals(matrix.detach().double().flatten(1))[0].item()


def test_the_plain_definition_scales_each_matrix():
    batch = weight(3, 5, 7)
    scaled = divided_by_spectral_norm(batch, 2.5)
    for each, original in zip(scaled, batch, strict=True):
        assert norm(each) == pytest.approx(2.5)
        torch.testing.assert_close(each / each[0, 0], original / original[0, 0])
    assert divided_by_spectral_norm(batch.half()).dtype == torch.float16
    mapped = torch.func.vmap(divided_by_spectral_norm)(batch)
    torch.testing.assert_close(mapped, divided_by_spectral_norm(batch))


def test_when_made_it_equals_the_plain_definition():
    matrix = weight(5, 7)
    made = SigmaReparam(matrix, gain=1.5).eval()
    torch.testing.assert_close(made(matrix), divided_by_spectral_norm(matrix, 1.5))
    torch.testing.assert_close(SigmaReparam(matrix, gain=None).eval()(matrix), matrix)


def test_power_steps_reach_the_norm_of_another_matrix():
    made, other = SigmaReparam(weight(5, 7)), weight(5, 7, seed=1)
    first = norm(made(other))
    for _ in range(200):
        scaled = made(other)
    assert first > 1.02  # one step is not there yet, from which side is known: sigma is too small
    torch.testing.assert_close(scaled, divided_by_spectral_norm(other))


def test_training_makes_one_step_and_eval_none():
    made, other = SigmaReparam(weight(5, 7)), weight(5, 7, seed=1)
    right = nn.functional.normalize(made.left @ other, dim=0)
    left = nn.functional.normalize(other @ right, dim=0)
    made.eval()(other)
    assert not torch.equal(made.left, left)
    made.train()(other)
    torch.testing.assert_close(made.left, left)
    torch.testing.assert_close(made.right, right)


def test_the_gradient_is_that_of_the_quotient():
    """With the singular vectors known, torch's derivative of the largest singular value agrees."""
    matrix = weight(5, 7).requires_grad_()
    towards = weight(5, 7, seed=1)
    made = SigmaReparam(matrix, gain=1.5).eval()
    (ours,) = torch.autograd.grad((made(matrix) * towards).sum(), matrix)
    plain = (divided_by_spectral_norm(matrix, 1.5) * towards).sum()
    torch.testing.assert_close(ours, torch.autograd.grad(plain, matrix)[0])
    assert torch.autograd.gradcheck(made, matrix)
    torch.testing.assert_close(made(10 * matrix), made(matrix))
    # The output does not change with the size of the weight, so no gradient points along it.
    assert (ours * matrix).sum().abs() < 1e-12


def test_two_uses_before_a_backward_pass():
    layer = sigma_reparametrise(nn.Linear(7, 5, dtype=F64))
    x = weight(3, 7)
    (layer(x).sum() + layer(2 * x).sum()).backward()
    assert layer.parametrizations.weight.original.grad.isfinite().all()


def test_every_layer_of_a_module_learns_its_gain():
    module = nn.Sequential(nn.Linear(7, 5), nn.Conv1d(3, 11, 2), nn.LayerNorm(5))
    assert sigma_reparametrise(module) is module
    assert [norm(layer.weight) for layer in module[:2]] == pytest.approx([1, 1], rel=1e-5)
    assert sum(name.endswith("gain") for name, _ in module.named_parameters()) == 2
    assert not parametrize.is_parametrized(module[2])
    trained = sigma_reparametrise(nn.Linear(7, 5), gain=None)
    trained(torch.ones(2, 7)).square().sum().backward()
    assert trained.parametrizations.weight[0].gain.grad.abs() > 0


def test_a_state_dict_carries_the_vectors():
    first, second = (sigma_reparametrise(nn.Linear(7, 5)) for _ in range(2))
    for _ in range(3):
        first(torch.ones(1, 7))
    second.load_state_dict(first.state_dict())
    torch.testing.assert_close(second.eval().weight, first.eval().weight, rtol=0, atol=0)
    torch.testing.assert_close(copy.deepcopy(first).weight, first.weight, rtol=0, atol=0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_keeps_the_norm(dtype):
    layer = sigma_reparametrise(nn.Linear(61, 31)).to(dtype)
    assert layer.weight.dtype == dtype
    assert norm(layer.weight) == pytest.approx(1, abs=2 * torch.finfo(dtype).eps)
    layer(torch.ones(2, 61, dtype=dtype)).sum().backward()


def test_autocast_changes_nothing():
    layer = sigma_reparametrise(nn.Linear(7, 5)).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = layer.weight
    assert torch.equal(inside, layer.weight)


def test_mapped_over_matrices_in_eval_mode():
    matrix = weight(5, 7)
    made, batch = SigmaReparam(matrix).eval(), torch.stack([matrix, 2 * matrix, -matrix])
    mapped = torch.func.vmap(lambda m: functional_call(made, {}, (m,)))(batch)
    torch.testing.assert_close(mapped[1], mapped[0])
    torch.testing.assert_close(torch.func.jacrev(made)(matrix).shape, (5, 7, 5, 7))


COMPILED = """
import torch, copy
from attnkit.concentration import (
    centred_norm, divided_by_spectral_norm, norm_ceiling, sigma_reparametrise)

layer = sigma_reparametrise(torch.nn.Linear(7, 5))
plain, x = copy.deepcopy(layer), torch.ones(2, 7)
compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
for _ in range(3):
    torch.testing.assert_close(compiled(x), plain(x))
torch.testing.assert_close(
    layer.parametrizations.weight[0].left, plain.parametrizations.weight[0].left)
rows = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(0))
whole = dict(fullgraph=True, backend="aot_eager")
torch.testing.assert_close(
    torch.compile(centred_norm, **whole)(rows, mask=rows > -1), centred_norm(rows, mask=rows > -1))
torch.testing.assert_close(
    torch.compile(divided_by_spectral_norm, **whole)(rows), divided_by_spectral_norm(rows))
torch.testing.assert_close(
    torch.compile(norm_ceiling, **whole)(rows[0].mT, rows[1].mT, rows),
    norm_ceiling(rows[0].mT, rows[1].mT, rows))
"""


def test_compiled_in_one_graph_it_steps_as_well_and_rows_are_the_same(plain_python):
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: SigmaReparam(torch.ones(3)), ValueError, "weight must have two dimensions"),
        (lambda: SigmaReparam(torch.zeros(3, 2)), ValueError, "weight must hold no matrix of zero"),
        (lambda: SigmaReparam(torch.ones(3, 2), gain=0.0), ValueError, "gain must be in"),
        (lambda: divided_by_spectral_norm(torch.zeros(2, 3)), ValueError, "weight must hold no"),
        (lambda: divided_by_spectral_norm(torch.ones(0, 3)), ValueError, "weight must hold no"),
        (lambda: sigma_reparametrise(nn.ReLU()), ValueError, "module must have a linear layer"),
    ],
)
def test_wrong_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_module_is_parametrised_once():
    module = sigma_reparametrise(nn.Linear(7, 5))
    with pytest.raises(ValueError, match="module must have no parametrised weight yet"):
        sigma_reparametrise(module)
