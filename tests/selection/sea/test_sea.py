"""Columns, estimates and what is kept by them, against loops."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.selection import dropped_by, kept_attention, sea_attention, sea_keys, sea_weights
from attnkit.selection.sea import column_means, column_of_key, favor_columns


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None)
@given(n=st.integers(0, 40), width=st.integers(1, 50))
def test_columns_are_in_order_and_as_even_as_can_be(n, width):
    column = column_of_key(n, width)
    assert ((column >= 0) & (column < width)).all()
    counts = column.bincount(minlength=width)
    assert counts.max() - counts.min() <= 1
    assert (column.diff() >= 0).all()


def test_a_column_s_mean_is_that_of_its_keys():
    rows, column = normal(0, 3, 13), column_of_key(13, 5)
    found = column_means(rows, 5)
    for c in range(5):
        torch.testing.assert_close(found[:, c], rows[:, column == c].mean(-1))
    assert (column_means(rows, 17)[:, column_of_key(13, 17).bincount(minlength=17) == 0] == 0).all()


def test_many_features_come_to_the_softmax_row():
    queries, keys = 0.5 * normal(1, 2, 5, 4), 0.5 * normal(2, 2, 13, 4)
    estimate = favor_columns(queries, keys, normal(3, 200_000, 4), width=6)
    rows = (queries @ keys.mT / 2).softmax(-1)
    exact = column_means(rows, 6)
    torch.testing.assert_close(
        estimate / estimate.sum(-1, keepdim=True),
        exact / exact.sum(-1, keepdim=True),
        rtol=0.02,
        atol=0.002,
    )


def test_large_tokens_overflow_nothing():
    queries, keys = 60 * normal(4, 5, 4), 60 * normal(5, 13, 4)
    estimate = favor_columns(queries, keys, normal(6, 11, 4), width=3)
    assert estimate.isfinite().all()


@settings(deadline=None)
@given(
    seed=st.integers(0, 100),
    n=st.integers(1, 23),
    width=st.integers(1, 29),
    n_columns=st.integers(1, 7),
)
def test_the_keys_of_the_best_columns_are_kept(seed, n, width, n_columns):
    columns = normal(seed, 3, width)
    kept, column = sea_keys(columns, n, n_columns), column_of_key(n, width).tolist()
    for row, chosen in zip(columns.tolist(), kept.tolist(), strict=True):
        owned = sorted({*column}, key=lambda c: -row[c])[:n_columns]
        assert chosen == [c in owned for c in column]


def test_only_the_order_of_an_estimate_counts():
    columns = normal(7, 5, 11)
    kept = sea_keys(columns, 29, 3)
    for increasing in (torch.exp, torch.atan, lambda x: x**3 - 1, lambda x: 2 * x + 5):
        assert torch.equal(sea_keys(increasing(columns), 29, 3), kept)


def test_the_read_is_softmax_over_what_is_kept():
    queries, keys, values = normal(8, 2, 13, 4), normal(9, 2, 13, 4), normal(10, 2, 13, 3)
    columns = normal(11, 2, 13, 5)
    found = sea_attention(queries, keys, values, columns, n_columns=2)
    kept = sea_keys(columns, 13, 2)
    torch.testing.assert_close(found, kept_attention(queries, keys, values, kept))
    exact = (queries @ keys.mT / 2).softmax(-1) @ values
    bound = 2 * dropped_by(queries, keys, kept).mass * values.norm(dim=-1).amax(-1, keepdim=True)
    assert ((found - exact).norm(dim=-1) <= bound + 1e-12).all()


def test_padding_is_never_read_and_makes_no_column_one_to_keep():
    queries, keys, values = normal(0, 2, 11, 3), normal(1, 2, 12, 3), normal(2, 2, 12, 5)
    columns, seen = normal(3, 2, 11, 4), torch.arange(12) < 5
    blank = (t.masked_fill(~seen[:, None], torch.nan) for t in (keys, values))
    found = sea_attention(queries, *blank, columns, n_columns=1, mask=seen)
    # Columns are three keys wide: two have a key that counts.
    best = columns[..., :2].argmax(-1, keepdim=True)
    kept = (torch.arange(12) // 3 == best) & seen
    assert torch.equal(sea_keys(columns, 12, 1, mask=seen), kept)
    torch.testing.assert_close(found, kept_attention(queries, keys, values, kept))
    with pytest.raises(ValueError, match="mask must broadcast"):
        sea_keys(columns, 12, 1, mask=seen[:5])


def test_all_columns_are_softmax_and_the_best_catch_no_less_than_others():
    scores = normal(12, 5, 23)
    torch.testing.assert_close(sea_weights(scores, 7, 7), scores.softmax(-1))
    kept = sea_weights(scores, 7, 2) > 0
    column, rows = column_of_key(23, 7), column_means(scores.softmax(-1), 7)
    for row in range(5):
        best = rows[row].topk(2).indices
        assert torch.equal(kept[row], torch.isin(column, best))


def test_masks_dimensions_and_rows_without_a_key():
    scores, mask = normal(13, 3, 13, 2), normal(14, 13, 2) > -0.5
    mask[:, 1] = False
    across = sea_weights(scores, 5, 2, dim=1, mask=mask)
    torch.testing.assert_close(across, sea_weights(scores.mT, 5, 2, mask=mask.mT).mT)
    assert (across[..., 1] == 0).all()
    assert (across[..., 0][:, ~mask[:, 0]] == 0).all()
    torch.testing.assert_close(across.sum(1)[:, 0], torch.ones(3, dtype=torch.float64))
    poisoned = scores.masked_fill(~mask, torch.nan)
    torch.testing.assert_close(sea_weights(poisoned, 5, 2, dim=1, mask=mask), across)


@pytest.mark.parametrize("n", [0, 1])
def test_short_texts(n):
    queries, keys, values = torch.randn(3, 2, n, 4)
    columns = favor_columns(queries, keys, torch.randn(7, 4), width=3)
    assert columns.shape == (2, n, 3)
    assert sea_attention(queries, keys, values, columns, n_columns=1).shape == (2, n, 4)
    assert sea_weights(torch.randn(2, n)).shape == (2, n)


def test_half_precision_and_autocast():
    queries, keys, values = normal(15, 3, 2, 13, 4).float()
    columns = favor_columns(queries, keys, normal(16, 11, 4).float(), width=5)
    plain = sea_attention(queries, keys, values, columns, n_columns=2)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        again = favor_columns(queries, keys, normal(16, 11, 4).float(), width=5)
        assert torch.equal(again, columns)
        assert torch.equal(sea_attention(queries, keys, values, columns, n_columns=2), plain)
    half = [x.half() for x in (queries, keys, values)]
    assert favor_columns(*half[:2], torch.randn(11, 4).half(), width=5).isfinite().all()
    assert sea_attention(*half, columns, n_columns=2).dtype is torch.float16


def test_gradients_are_those_of_softmax_over_the_keys_kept():
    scores = normal(17, 3, 13).requires_grad_()
    probe = normal(18, 3, 13)
    kept = sea_weights(scores, 5, 2).detach() > 0
    (mine,) = torch.autograd.grad((sea_weights(scores, 5, 2) * probe).sum(), scores)
    masked = scores.masked_fill(~kept, -torch.inf).softmax(-1)
    (wanted,) = torch.autograd.grad((masked * probe).sum(), scores)
    torch.testing.assert_close(mine, wanted)


COMPILED = """
import torch
from attnkit.selection import sea_attention, sea_weights
from attnkit.selection.sea import favor_columns

tokens = torch.randn(3, 2, 13, 4, generator=torch.Generator().manual_seed(0))
columns = favor_columns(*tokens[:2], tokens[2, 0], width=5)
for call in (
    lambda: favor_columns(*tokens[:2], tokens[2, 0], width=5),
    lambda: sea_attention(*tokens, columns, n_columns=2),
    lambda: sea_weights(tokens[0], 3, 2),
):
    compiled = torch.compile(call, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(), call())
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)
