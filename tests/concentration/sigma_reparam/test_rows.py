"""Rows by their norm: nothing is sharper than the sharpest row, which a search finds too."""

import math

import pytest
import torch

from attnkit.concentration import centred_norm, norm_ceiling, sharpest_row
from attnkit.diagnostics import entropy, entropy_bound

F64 = torch.float64
SETTINGS = [(n, s) for n in (2, 7, 61, 509) for s in (0.0, 0.3, 1.0, 3.0, 11.0)]


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=F64)


@pytest.mark.parametrize(("n_keys", "norm"), SETTINGS)
def test_the_sharpest_row_has_its_norm_and_attains_the_bound(n_keys, norm):
    row = sharpest_row(norm, n_keys)
    assert row.sum().item() == pytest.approx(0, abs=1e-10)
    assert row.norm().item() == pytest.approx(norm, abs=1e-12)
    bound = entropy_bound(torch.tensor(norm, dtype=F64), n_keys)
    assert entropy(row.softmax(-1)).item() == pytest.approx(bound.item(), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("n_keys", "norm"), [(7, 1.0), (7, 3.0), (61, 3.0), (61, 11.0)])
def test_descent_on_the_sphere_finds_nothing_sharper(n_keys, norm):
    """From 31 random starts, least entropy under a fixed norm; the best meets the bound."""
    free = drawn(31, n_keys).requires_grad_()
    optimiser = torch.optim.Adam([free], lr=0.03)
    for _ in range(700):
        rows = free - free.mean(-1, keepdim=True)
        found = entropy((norm * torch.nn.functional.normalize(rows, dim=-1)).softmax(-1))
        optimiser.zero_grad()
        found.sum().backward()
        optimiser.step()
    bound = entropy_bound(torch.tensor(norm, dtype=F64), n_keys).item()
    assert found.min().item() >= bound - 1e-12
    assert found.min().item() == pytest.approx(bound, rel=1e-4)


@pytest.mark.parametrize("spread", [0.1, 1.0, 4.0])
def test_random_rows_stay_above_the_bound(spread):
    rows = spread * drawn(997, 61, seed=1)
    found = entropy(rows.softmax(-1))
    assert (found >= entropy_bound(centred_norm(rows), 61) - 1e-12).all()


def test_the_norm_is_the_smallest_over_all_shifts():
    rows = drawn(5, 13)
    shifts = torch.linspace(-2, 2, 401, dtype=F64)
    shifted = (rows.unsqueeze(-1) - shifts).norm(dim=1)
    assert (shifted >= centred_norm(rows).unsqueeze(-1) - 1e-12).all()
    torch.testing.assert_close(shifted.min(-1).values, centred_norm(rows), atol=1e-3, rtol=0)
    torch.testing.assert_close(centred_norm(rows.T + 7.0, dim=0), centred_norm(rows))


def test_masked_keys_and_scores_of_minus_infinity_are_left_out():
    rows = drawn(3, 7)
    mask = torch.arange(7) < 5
    wanted = rows[:, :5].std(-1, correction=0) * math.sqrt(5)
    torch.testing.assert_close(centred_norm(rows, mask=mask), wanted)
    torch.testing.assert_close(centred_norm(rows.masked_fill(~mask, -math.inf)), wanted)


def test_an_empty_row_has_norm_zero_and_no_gradient():
    rows = drawn(3, 7).requires_grad_()
    mask = torch.tensor([[True], [False], [True]])
    norms = centred_norm(rows, mask=mask)
    norms.sum().backward()
    assert norms[1] == 0
    assert rows.grad[1].abs().max() == 0
    assert rows.grad.isfinite().all()
    assert centred_norm(rows[:, :0]).tolist() == [0, 0, 0]
    assert centred_norm(rows[:, :1]).tolist() == [0, 0, 0]


def test_gradients_and_half_precision():
    assert torch.autograd.gradcheck(centred_norm, drawn(3, 5).requires_grad_())
    half = drawn(3, 5).half()
    assert centred_norm(half).dtype == torch.float32
    torch.testing.assert_close(centred_norm(half), centred_norm(half.float()))


def test_mapped_it_is_the_same():
    rows = drawn(3, 5)
    torch.testing.assert_close(torch.func.vmap(centred_norm)(rows), centred_norm(rows))
    slopes = torch.func.vmap(torch.func.jacrev(centred_norm))(rows)
    torch.testing.assert_close(slopes.norm(dim=-1), torch.ones(3, dtype=F64))


def test_no_row_of_scores_is_longer_than_the_ceiling():
    query, key, tokens = drawn(11, 3), drawn(11, 3, seed=1), drawn(5, 7, 11, seed=2)
    scores = (tokens @ query) @ (tokens @ key).mT
    ceiling = norm_ceiling(query, key, tokens)
    assert (scores.norm(dim=-1) <= ceiling.unsqueeze(-1)).all()
    alone = torch.eye(11, dtype=F64)[:1]  # one token and aligned weights reach it
    aligned = torch.eye(11, 3, dtype=F64)
    assert norm_ceiling(2 * aligned, aligned, alone).item() == pytest.approx(2.0)
    assert norm_ceiling(query, key, tokens[:, :0]).tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: centred_norm(torch.tensor([math.nan])), ValueError, "scores must hold.*nan"),
        (lambda: centred_norm(torch.tensor([1, 2])), TypeError, "scores must.*int64"),
        (lambda: centred_norm(torch.zeros(3), dim=1), ValueError, "dim must be in.*got 1"),
        (lambda: sharpest_row(-1.0, 7), ValueError, "norm must be in.*-1"),
        (lambda: sharpest_row(1.0, 1), ValueError, "n_keys must be in.*got 1"),
    ],
)
def test_wrong_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
