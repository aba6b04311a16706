"""Plain maps on rows that can be done by hand, and shifts that softmax does not see."""

import math

import pytest
import torch

from attnkit.linear_time.dsf import taylor_state_size
from attnkit.linear_time.shared.plain_maps import (
    BOTH,
    KEY,
    moved_keys,
    plain_maps,
    random_rows,
    state_of,
)
from attnkit.linear_time.shared.recorded import short_head


def pair(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 7, 3, generator=generator, dtype=torch.float64).unbind()


def test_a_taylor_row_is_that_of_the_polynomial():
    queries, keys = pair()
    made = plain_maps(3, torch.Generator().manual_seed(0))["Taylor 4"](queries, keys)
    for i in range(7):
        scores = [(queries[i] @ keys[j]).item() for j in range(7)]
        row = [sum(s**m / math.factorial(m) for m in range(5)) for s in scores]
        assert made[i].tolist() == pytest.approx([each / sum(row) for each in row])


def test_random_rows_come_near_softmax_and_do_not_overflow():
    queries, keys = pair()
    directions = torch.randn(
        3, 200_000, generator=torch.Generator().manual_seed(1), dtype=torch.float64
    )
    found = random_rows(queries / 2, keys / 2, directions)
    torch.testing.assert_close(found, (queries @ keys.T / 4).softmax(-1), atol=0.01, rtol=0)
    assert random_rows(100 * queries, 100 * keys, directions[:, :64]).isfinite().all()


def test_every_map_makes_rows_that_sum_to_one():
    queries, keys = pair()
    for name, imitate in plain_maps(3, torch.Generator().manual_seed(0)).items():
        for share in (0.0, 1.0):
            rows = imitate(queries, moved_keys(queries, keys, share, KEY))
            torch.testing.assert_close(rows.sum(-1), torch.ones(7, dtype=torch.float64), msg=name)


def test_moved_keys_have_the_mean_that_was_asked_for():
    queries, keys = pair()
    less_one = moved_keys(queries, keys, 1.0)
    torch.testing.assert_close(less_one.mean(0), torch.zeros(3, dtype=torch.float64))
    less_both = moved_keys(queries, keys, 0.5, BOTH)
    torch.testing.assert_close(less_both.mean(0), (keys.mean(0) - queries.mean(0)) / 2)
    own, moved = ((queries @ each.T).softmax(-1) for each in (keys, less_both))
    torch.testing.assert_close(own, moved)


def test_states_are_counted_by_name():
    assert state_of("Taylor 4", 32) == taylor_state_size(32, 4)
    assert [state_of(name, 32) for name in ("ELU + 1", "FAVOR+ 64", "uniform")] == [32, 64, 1]


def test_the_recorded_heads_read_what_they_are_called_by():
    words, queries, keys = short_head("token before")
    rows = torch.from_numpy(queries @ keys.T).softmax(-1)
    assert len(words) == len(rows)
    assert rows.diagonal(-1).mean() > 0.9
    words, queries, keys = short_head("first token")
    assert torch.from_numpy(queries @ keys.T).softmax(-1)[:, 0].mean() > 0.5
