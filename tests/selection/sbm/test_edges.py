"""Chances of edges beside loops; draws beside their chances; the gradient beside its rule."""

import math

import pytest
import torch

from attnkit.selection import (
    block_matrix,
    edge_chances,
    sample_edges,
    sample_sparse_edges,
    sbm_attention,
    sbm_keys,
)
from attnkit.selection.sbm.chances import members
from attnkit.selection.shared.kept import kept_attention


def normal(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def chance_by_hand(query, key, clusters, bias):
    """One pair: a double sum over clusters, each chance one entry of a softmax over all pairs."""
    rows = clusters.tolist()
    products = [[sum(a * b for a, b in zip(r, s, strict=True)) for s in rows] for r in rows]
    total = sum(math.exp(p) for row in products for p in row)

    def belongs(token, row):
        return 1 / (1 + math.exp(-sum(a * b for a, b in zip(token, row, strict=True)) - bias))

    return sum(
        belongs(query, r) * math.exp(products[i][j]) / total * belongs(key, s)
        for i, r in enumerate(rows)
        for j, s in enumerate(rows)
    )


def test_a_chance_is_a_double_sum_over_clusters():
    queries, keys, clusters = normal(5, 3), normal(7, 3, seed=1), normal(4, 3, seed=2)
    found = edge_chances(queries, keys, clusters, bias=-0.7, floor=0.0)
    for i, query in enumerate(queries.tolist()):
        for j, key in enumerate(keys.tolist()):
            wanted = chance_by_hand(query, key, clusters, -0.7)
            assert found[i, j].item() == pytest.approx(wanted, abs=1e-13)
    lifted = edge_chances(queries, keys, clusters, bias=-0.7, floor=0.03)
    torch.testing.assert_close(lifted, found + 0.03)


def test_without_clusters_they_are_the_unit_vectors():
    queries, keys = normal(2, 5, 3), normal(2, 7, 3, seed=1)
    axes = torch.eye(3, dtype=torch.float64)
    torch.testing.assert_close(edge_chances(queries, keys), edge_chances(queries, keys, axes))


def test_the_block_matrix_sums_to_one_over_all_its_entries():
    blocks = block_matrix(normal(3, 5, 7))
    torch.testing.assert_close(blocks.sum((-2, -1)), torch.ones(3, dtype=torch.float64))
    torch.testing.assert_close(blocks, blocks.mT)
    assert not torch.allclose(blocks.sum(-1), torch.ones(3, 5, dtype=torch.float64))


@pytest.mark.parametrize("seed", range(5))
def test_no_chance_is_above_the_product_of_the_largest_memberships(seed):
    queries, keys, clusters = (
        3 * normal(*shape, seed=seed) for shape in ((11, 5), (13, 5), (7, 5))
    )
    chances = edge_chances(queries, keys, clusters, floor=0.0)
    largest = [members(each, clusters).amax(-1) for each in (queries, keys)]
    assert (chances <= largest[0][:, None] * largest[1] + 1e-12).all()


def test_a_floor_never_lifts_a_chance_above_one():
    tokens = 40 * torch.ones(3, 2, dtype=torch.float64)
    assert edge_chances(tokens, tokens, floor=0.25).max() == 1.0


def test_the_draw_is_zeros_and_ones_in_the_dtype_of_the_chances():
    chances = normal(7, 11).sigmoid()
    edges = sample_edges(chances, seeded())
    assert edges.dtype == chances.dtype
    assert {*edges.unique().tolist()} == {0.0, 1.0}
    assert torch.equal(edges, sample_edges(chances, seeded()))
    certain = torch.tensor([0.0, 1.0]).repeat(1000)
    assert torch.equal(sample_edges(certain, seeded()), certain)


def test_the_mean_of_draws_is_the_chance():
    chances = normal(5, 7).sigmoid()
    n_draws = 4000
    mean = sample_edges(chances.expand(n_draws, 5, 7), seeded()).mean(0)
    spread = (chances * (1 - chances) / n_draws).sqrt()
    assert ((mean - chances).abs() < 4.5 * spread).all()


def test_the_gradient_is_what_drawn_edges_are_told_cut_at_one():
    chances = normal(7, 11).sigmoid().requires_grad_()
    edges = sample_edges(chances, seeded())
    told = 2 * normal(7, 11, seed=1)
    (slope,) = torch.autograd.grad(edges, chances, told)
    wanted = torch.where(edges > 0, told.clamp(-1, 1), 0.0)
    torch.testing.assert_close(slope, wanted)
    assert (told.abs() > 1)[edges > 0].any()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_chances_and_draws_in_other_precisions(dtype):
    queries, keys = normal(5, 3, dtype=dtype), normal(7, 3, seed=1, dtype=dtype)
    chances = edge_chances(queries, keys)
    assert chances.dtype == torch.float32
    exact = edge_chances(queries.double(), keys.double())
    torch.testing.assert_close(chances.double(), exact, atol=1e-5, rtol=0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(edge_chances(queries, keys), chances)


def sparse_inputs():
    clusters = normal(3, 4, seed=2)
    queries, keys = normal(11, 4), normal(13, 4, seed=1)
    return members(queries, clusters, -1.0), members(keys, clusters, -1.0), block_matrix(clusters)


def test_counts_of_the_sparse_form_have_the_chances_as_their_mean():
    of_query, of_key, blocks = sparse_inputs()
    chances, generator, n_draws = of_query @ blocks @ of_key.mT, seeded(), 2000
    total, present = torch.zeros_like(chances), torch.zeros_like(chances)
    for _ in range(n_draws):
        (i, j), counts = sample_sparse_edges(of_query, of_key, blocks, generator)
        total[i, j] += counts
        present[i, j] += 1
    spread = (chances / n_draws).sqrt()
    assert ((total / n_draws - chances).abs() < 4.5 * spread).all()
    apart = (present / n_draws - (1 - (-chances).exp())).abs()
    assert (apart < 4.5 * spread).all()


def test_the_sparse_form_hands_out_each_edge_once():
    pairs, counts = sample_sparse_edges(*sparse_inputs(), seeded(3))
    assert len({*map(tuple, pairs.T.tolist())}) == pairs.shape[1] == len(counts) > 0
    assert counts.min() >= 1
    assert (pairs.amax(-1) < torch.tensor([11, 13])).all()


def test_no_edges_where_nobody_belongs():
    of_query, of_key, blocks = sparse_inputs()
    for members_left in (0 * of_query, of_query[:0]):
        pairs, counts = sample_sparse_edges(members_left, of_key, blocks, seeded())
        assert pairs.shape == (2, 0)
        assert counts.shape == (0,)


def qkv(*batch, n=11, m=13, dtype=torch.float64):
    shapes = ((n, 5), (m, 5), (m, 3))
    return [normal(*batch, *shape, seed=i, dtype=dtype) for i, shape in enumerate(shapes)]


def test_the_read_is_softmax_over_the_keys_drawn():
    queries, keys, values = qkv(2, 3)
    clusters = normal(3, 4, 5, seed=5)
    settings = {"bias": -0.5, "floor": 0.0}
    found = sbm_attention(queries, keys, values, clusters, generator=seeded(1), **settings)
    kept = sbm_keys(queries, keys, clusters, generator=seeded(1), **settings)
    torch.testing.assert_close(found, kept_attention(queries, keys, values, kept))
    assert (~kept.any(-1)).any()
    assert (found[~kept.any(-1)] == 0).all()


def test_gradients_reach_the_clusters_and_are_never_nan():
    leaves = [leaf.requires_grad_() for leaf in (*qkv(3), normal(4, 5, seed=5))]
    for bias in (-30.0, -1.0, 30.0):
        read = sbm_attention(*leaves, generator=seeded(1), bias=bias, floor=0.0)
        slopes = torch.autograd.grad(read.square().sum(), leaves, materialize_grads=True)
        assert all(slope.isfinite().all() for slope in slopes)
        if bias == -1.0:
            assert all((slope != 0).any() for slope in slopes)


def test_keys_drawn_leave_padding_out():
    queries, keys, _ = qkv(2)
    seen = torch.arange(13) < 9
    blank = keys.masked_fill(~seen[:, None], math.nan)
    kept = sbm_keys(queries, blank, generator=seeded(), bias=1.0, mask=seen)
    whole = sbm_keys(queries, keys, generator=seeded(), bias=1.0)
    assert torch.equal(kept, whole & seen)
    assert (whole & ~seen).any()


def test_clusters_of_another_batch_are_refused():
    queries, keys, _ = qkv()
    for tokens in ((queries, keys), (queries.expand(3, -1, -1), keys.expand(3, -1, -1))):
        with pytest.raises(ValueError, match=r"clusters must have .*got \(2, 4, 5\)"):
            edge_chances(*tokens, normal(2, 4, 5))


def test_the_slope_of_an_edge_is_that_of_its_weight():
    """Told by finite differences of A e^z / sum A e^z, at the edges that were drawn."""
    scores, values = normal(7), normal(7, seed=1)
    edges = torch.tensor([1.0, 0, 1, 1, 0, 1, 0], dtype=torch.float64)

    def read(a):
        raised = a * scores.exp()
        return (raised / raised.sum()) @ values

    wanted = torch.autograd.functional.jacobian(read, edges)
    there = edges > 0
    mine = edges.clone().requires_grad_()
    weights = (scores + torch.where(there, mine, 1.0).log()).masked_fill(~there, -torch.inf)
    (found,) = torch.autograd.grad(weights.softmax(-1) @ values, mine)
    torch.testing.assert_close(found[there], wanted[there])


def test_what_is_masked_is_never_looked_at():
    queries, keys, values = qkv(2)
    seen = torch.arange(13) < 9
    blank = keys.clone(), values.clone()
    blank[0][:, 9:], blank[1][:, 9:] = math.nan, math.inf
    found = sbm_attention(queries, *blank, generator=seeded(), mask=seen)
    kept = sbm_keys(queries, keys, generator=seeded()) & seen
    torch.testing.assert_close(found, kept_attention(queries, keys, values, kept))
    nothing = torch.zeros(13, dtype=torch.bool)
    assert (sbm_attention(queries, *blank, generator=seeded(), mask=nothing) == 0).all()


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 13), (11, 0), (1, 1)])
def test_short_texts(n, m):
    assert sbm_attention(*qkv(2, n=n, m=m), generator=seeded()).shape == (2, n, 3)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_attention_in_half_precision_and_autocast(dtype):
    half = qkv(dtype=dtype)
    read = sbm_attention(*half, generator=seeded())
    assert read.dtype == dtype
    exact = sbm_attention(*(each.double() for each in half), generator=seeded())
    assert (read.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    single = qkv(dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = sbm_attention(*single, generator=seeded())
    assert torch.equal(inside, sbm_attention(*single, generator=seeded()))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"clusters": torch.ones(3, 4)}, ValueError, r"clusters must have .* d_key = 5 .*\(3, 4\)"),
        ({"floor": 1.5}, ValueError, "floor must be .*1.5"),
        ({"bias": math.inf}, ValueError, "bias must be .*inf"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        edge_chances(torch.ones(7, 5), torch.ones(11, 5), **arguments)
