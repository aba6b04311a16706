"""Rows made of features, and their distance from the rows they stand for."""

import pytest
import torch

from attnkit.linear_time.shared.rows import divergence, kernel_weights


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_rows_are_what_the_loop_over_pairs_says():
    queries, keys = normal(0, 2, 5, 3).exp(), normal(1, 2, 7, 3).exp()
    mask = normal(2, 5, 7) > 0
    mask[3] = False
    found = kernel_weights(queries, keys, mask)
    for b in range(2):
        for i in range(5):
            row = [(queries[b, i] @ keys[b, j]).item() * bool(mask[i, j]) for j in range(7)]
            whole = sum(row) or 1.0
            assert found[b, i].tolist() == pytest.approx([each / whole for each in row])


def test_features_that_meet_nothing_give_zeros_and_no_nan_gradient():
    queries, keys = torch.zeros(3, 2, requires_grad=True), torch.ones(5, 2, requires_grad=True)
    found = kernel_weights(queries, keys)
    found.sum().backward()
    assert (found == 0).all()
    assert torch.isfinite(queries.grad).all()
    assert torch.isfinite(keys.grad).all()


def test_divergence_is_torchs():
    p, w = normal(3, 5, 7).softmax(-1), normal(4, 5, 7).softmax(-1)
    expected = torch.nn.functional.kl_div(w.log(), p, reduction="none").sum(-1)
    torch.testing.assert_close(divergence(p, w), expected)


def test_a_key_that_gets_nothing_is_infinitely_far():
    p = torch.tensor([[0.5, 0.5], [1.0, 0.0], [0.0, 0.0]])
    w = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    assert divergence(p, w).tolist() == [torch.inf, 0.0, 0.0]
