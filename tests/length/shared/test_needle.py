"""The row with a needle: its moments, its place, and that batches change nothing."""

import pytest
import torch

from attnkit.length.shared import needle


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_needle_stands_first_and_its_rivals_are_normal():
    rows = needle.needle_rows(211, 1009, gap=3.0, spread=0.5, generator=seeded())
    assert rows.shape == (211, 1009)
    assert (rows[:, 0] == 3).all()
    assert rows[:, 1:].mean().abs() < 0.005
    assert rows[:, 1:].std().item() == pytest.approx(0.5, abs=0.005)


def test_batches_make_up_the_rows_asked_for(monkeypatch):
    common = {"gap": 3.0, "spread": 0.5}
    whole = needle.needle_rows(13, 101, generator=seeded(), **common).softmax(-1)[:, 0]
    for at_once in (101, 5 * 101, 10**6):
        monkeypatch.setattr(needle, "_SCORES_AT_ONCE", at_once)
        found = needle.needle_weights(
            lambda rows: rows.softmax(-1), 13, 101, generator=seeded(), **common
        )
        torch.testing.assert_close(found.mean(), whole.mean(), rtol=0.1, atol=0)
        assert found.shape == (13,)
    assert torch.equal(found, whole)


def test_no_rows():
    found = needle.needle_weights(torch.relu, 0, 7, gap=1.0, spread=1.0, generator=seeded())
    assert found.shape == (0,)
