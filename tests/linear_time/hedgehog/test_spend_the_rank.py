"""The function is handed no tensor, so that nothing says in which dtype it should answer."""

import pytest
import torch

from attnkit.coursework import check


def groups(n_tokens, n_features, dtype):
    places = torch.arange(n_tokens).clamp_max(n_features - 1)
    return torch.eye(n_features, dtype=dtype)[places]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64, torch.bool])
def test_any_real_dtype_will_do(dtype):
    report = check("spend-the-rank", lambda n, r: groups(n, r, dtype))
    assert report.passed, report


def test_numbers_that_are_not_real_and_shapes_that_are_wrong_are_told():
    told = check("spend-the-rank", lambda n, r: groups(n, r, torch.complex64)).message
    assert "a complex64 tensor of shape (3, 3), not a float64" in told
    told = check("spend-the-rank", lambda n, r: groups(n, n, torch.float32)).message
    assert "a float32 tensor of shape (5, 5), not a float64 tensor of shape (5, 1)" in told
