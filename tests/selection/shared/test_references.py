"""The three references spend their budget whole, and no choice beats the oracle."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.selection.shared.kept import dropped, kept_attention
from attnkit.selection.shared.references import oracle, random_keys, window_and_ends


def scores(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None)
@given(n=st.integers(0, 29), n_keys=st.integers(0, 31), ends=st.integers(0, 2))
def test_every_row_of_the_window_has_its_keys(n, n_keys, ends):
    kept = window_and_ends(n, n_keys, ends=ends)
    assert kept.sum(-1).tolist() == [min(n, n_keys)] * n


def test_the_window_of_five_at_seven_tokens():
    rows = ["1111001", "1111001", "1111001", "1011101", "1001111", "1001111", "1001111"]
    kept = window_and_ends(7, 5)
    assert ["".join(str(int(each)) for each in row) for row in kept] == rows


@settings(deadline=None)
@given(seed=st.integers(0, 100), n_keys=st.integers(0, 11))
def test_no_choice_of_as_many_keys_catches_more_than_the_oracle(seed, n_keys):
    rows = scores(seed, 7, 11)
    others = (
        random_keys(rows, n_keys, torch.Generator().manual_seed(seed)),
        window_and_ends(11, n_keys)[:7],
    )
    weights = rows.softmax(-1)
    best = dropped(weights, oracle(rows, n_keys))
    for other in others:
        assert other.sum(-1).tolist() == [n_keys] * 7
        assert (best.mass <= dropped(weights, other).mass + 1e-12).all()


def test_a_key_that_is_out_of_sight_is_never_kept():
    rows = scores(0, 5, 7)
    rows[:, 3], rows[2] = -torch.inf, -torch.inf
    for kept in (oracle(rows, 7), random_keys(rows, 7, torch.Generator().manual_seed(1))):
        assert kept.sum(-1).tolist() == [6, 6, 0, 6, 6]
        assert not kept[:, 3].any()


def test_what_is_dropped_is_counted():
    weights = torch.tensor([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])
    told = dropped(weights, torch.tensor([[True, False, True], [False, False, False]]))
    assert told.mass.tolist() == [0.25, 1.0]
    assert told.density.item() == pytest.approx(1 / 3)
    assert told.empty.tolist() == [False, True]


def test_what_is_dropped_of_rows_of_any_sum_and_of_no_keys():
    rows = torch.tensor([[2.0, 3.0, 4.0]])
    assert dropped(rows, torch.tensor([[True, False, False]])).mass.tolist() == [7.0]
    for sizes in ((0, 3), (3, 0), (0, 0)):
        none = torch.zeros(sizes)
        assert dropped(none, none > 0).density.item() == 0.0
    with pytest.raises(ValueError, match="weights must be in"):
        dropped(-rows, rows > 2)


def test_kept_attention_is_softmax_over_the_keys_kept():
    queries, keys, values = scores(1, 7, 3), scores(2, 11, 3), scores(3, 11, 5)
    kept = scores(4, 7, 11) > 0
    kept[2] = False
    found = kept_attention(queries, keys, values, kept)
    for i, row in enumerate(kept):
        there = row.nonzero().flatten()
        weights = (keys[there] @ queries[i] / 3**0.5).softmax(0)
        torch.testing.assert_close(found[i], weights @ values[there])
    assert (found[2] == 0).all()
