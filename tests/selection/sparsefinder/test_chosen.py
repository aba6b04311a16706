"""Chosen keys beside loops, the loss beside its sum, and entmax that misses nothing."""

import math

import pytest
import torch

from attnkit.densities import entmax
from attnkit.selection import (
    Sparsefinder,
    bucket_keys,
    hinge_loss,
    near_keys,
    sparsefinder_attention,
)

N, M, R = 11, 13, 4


def normal(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def qkv(*batch, n=N, m=M, dtype=torch.float64):
    shapes = ((n, 7), (m, 7), (m, 3))
    return [normal(*batch, *shape, seed=i, dtype=dtype) for i, shape in enumerate(shapes)]


@pytest.mark.parametrize("n_keys", [0, 1, 4, 20])
def test_the_nearest_keys_are_kept(n_keys):
    queries, keys = normal(N, R), normal(M, R, seed=1)
    kept = near_keys(queries, keys, n_keys)
    for i, query in enumerate(queries):
        apart = [(query - key).norm().item() for key in keys]
        wanted = sorted(range(M), key=lambda j: apart[j])[:n_keys]
        assert {*kept[i].nonzero().flatten().tolist()} == {*wanted}


@pytest.mark.parametrize("n_buckets", [1, 3, 8])
def test_a_key_is_kept_that_shares_a_bucket_in_any_coordinate(n_buckets):
    queries, keys = normal(N, R), normal(M, R, seed=1)
    kept = bucket_keys(queries, keys, n_buckets)
    both = torch.cat([queries, keys])
    for i in range(N):
        for j in range(M):
            shared = False
            for r in range(R):
                order = sorted(both[:, r].tolist())
                places = [order.index(x[r].item()) for x in (queries[i], keys[j])]
                one, other = (place * n_buckets // (N + M) for place in places)
                shared |= one == other
            assert kept[i, j] == shared


def test_equal_coordinates_share_a_bucket():
    assert bucket_keys(torch.zeros(4, 1), torch.zeros(4, 1), 2).all()
    queries, keys = torch.tensor([[0.0], [1.0], [1.0]]), torch.tensor([[1.0], [1.0], [2.0]])
    assert bucket_keys(queries, keys, 6).tolist() == [[False] * 3] + [[True, True, False]] * 2


def test_choices_leave_padding_out():
    queries, keys = normal(2, N, R), normal(2, M, R, seed=1)
    seen = torch.arange(M) < 9
    blank = keys.masked_fill(~seen[:, None], math.nan)
    for choose, number in ((near_keys, 4), (near_keys, M), (bucket_keys, 3)):
        kept = choose(queries, blank, number, mask=seen)
        assert torch.equal(kept[..., :9], choose(queries, keys[:, :9], number))
        assert not kept[..., 9:].any()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_a_finder_projects_any_dtype(dtype):
    finder = Sparsefinder(3, 7, R, generator=torch.Generator().manual_seed(0))
    queries, keys = normal(3, N, 7, dtype=dtype), normal(3, M, 7, seed=1, dtype=dtype)
    found = finder(queries, keys)
    wide = torch.promote_types(dtype, torch.float32)
    assert [each.dtype for each in found] == [wide, wide]
    torch.testing.assert_close(found[1], keys.to(wide) @ finder.projection.to(wide))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(finder(queries, keys)[0], found[0])


def test_one_more_coordinate_never_loses_a_key():
    queries, keys = normal(3, N, 8), normal(3, M, 8, seed=1)
    before = torch.zeros(3, N, M, dtype=torch.bool)
    for r in range(1, 9):
        kept = bucket_keys(queries[..., :r], keys[..., :r], 6)
        assert (kept >= before).all()
        before = kept


def test_the_loss_is_the_mean_hinge():
    queries, keys = normal(N, R), normal(M, R, seed=1)
    support = normal(N, M, seed=2) > 0.5
    support[0], support[1] = False, True
    total = 0.0
    for i in range(2, N):
        apart = ((queries[i] - keys) ** 2).sum(-1)
        total += max(0.0, float(1 + apart[support[i]].mean() - apart[~support[i]].mean()))
    assert hinge_loss(queries, keys, support).item() == pytest.approx(total / N)


def test_the_loss_has_finite_slopes_at_any_support():
    leaves = [normal(3, N, R).requires_grad_(), normal(3, M, R, seed=1).requires_grad_()]
    for support in (torch.zeros(3, N, M), torch.ones(3, N, M)):
        slopes = torch.autograd.grad(hinge_loss(*leaves, support.bool()).sum(), leaves)
        assert all((slope == 0).all() for slope in slopes)


def test_each_head_has_its_own_projection():
    finder = Sparsefinder(3, 7, R, generator=torch.Generator().manual_seed(0))
    queries, keys = normal(2, 3, N, 7, dtype=torch.float32), normal(2, 3, M, 7, dtype=torch.float32)
    found = finder(queries, keys)
    for h in range(3):
        torch.testing.assert_close(found[0][:, h], queries[:, h] @ finder.projection[h])
        torch.testing.assert_close(found[1][:, h], keys[:, h] @ finder.projection[h])
    hinge_loss(*found, normal(2, 3, N, M, seed=2) > 0).sum().backward()
    assert all((parameter.grad != 0).any() for parameter in finder.parameters())
    with pytest.raises(ValueError, match=r"queries must have 3 heads of width 7.*\(2, 5, 11, 7\)"):
        finder(normal(2, 5, N, 7), normal(2, 5, M, 7))


def test_the_read_is_entmax_of_the_keys_kept():
    queries, keys, values = qkv(2)
    projection = normal(7, R, seed=5)
    found = sparsefinder_attention(queries, keys, values, projection, n_keys=5)
    kept = near_keys(queries @ projection, keys @ projection, 5)
    scores = queries @ keys.mT / math.sqrt(7)
    torch.testing.assert_close(found, entmax(scores, 1.5, mask=kept) @ values)
    assert kept.sum(-1).unique().tolist() == [5]


def test_it_is_exact_where_the_support_is_among_the_keys_kept():
    queries, keys, values = qkv(2)
    whole = entmax(2 * queries @ keys.mT / math.sqrt(7), 1.5)
    read = sparsefinder_attention(2 * queries, keys, values, n_keys=5)
    kept = near_keys(2 * queries, keys, 5)
    found = (kept | (whole == 0)).all(-1)
    assert 0 < found.sum() < found.numel()
    torch.testing.assert_close(read[found], (whole @ values)[found])


def test_what_is_masked_is_never_looked_at():
    queries, keys, values = qkv(2)
    seen = torch.arange(M) < 9
    wanted = sparsefinder_attention(queries, keys[:, :9], values[:, :9], n_keys=4)
    blank = keys.masked_fill(~seen[:, None], math.nan), values.masked_fill(~seen[:, None], math.inf)
    torch.testing.assert_close(sparsefinder_attention(queries, *blank, n_keys=4, mask=seen), wanted)
    nothing = sparsefinder_attention(queries, *blank, n_keys=4, mask=seen & False)
    assert (nothing == 0).all()


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, M), (N, 0), (1, 1)])
def test_short_texts(n, m):
    queries, keys, values = qkv(2, n=n, m=m)
    assert sparsefinder_attention(queries, keys, values, n_keys=4).shape == (2, n, 3)
    assert bucket_keys(queries, keys, 3).shape == (2, n, m)
    assert near_keys(queries, keys, 3).shape == (2, n, m)
    assert hinge_loss(queries, keys, bucket_keys(queries, keys, 3)).shape == (2,)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    half = qkv(2, dtype=dtype)
    read = sparsefinder_attention(*half, n_keys=M)
    assert read.dtype == dtype
    exact = sparsefinder_attention(*(each.double() for each in half), n_keys=M)
    assert (read.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    single = qkv(2, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = sparsefinder_attention(*single, n_keys=5)
    assert torch.equal(inside, sparsefinder_attention(*single, n_keys=5))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"projection": torch.ones(5, 2)}, r"projection must have .* d_key = 7 .*\(5, 2\)"),
        ({"projection": torch.ones(2, 7, 2)}, r"projection must have .*\(2, 7, 2\)"),
        ({"n_keys": 0}, "n_keys must be .*0"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        sparsefinder_attention(*qkv(), **{"n_keys": 3} | arguments)
