"""How many keys a row may attend, counted where it must be and known where it need not."""

import math

import pytest
import torch

from attnkit.masks import count_attended


def rows(*, hidden):
    scores = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(0))
    scores[0, 1, :hidden] = -math.inf
    return scores


@pytest.mark.parametrize("hidden", [0, 2, 5])
@pytest.mark.parametrize("dim", [0, 1, 2])
def test_a_loop(hidden, dim):
    scores = rows(hidden=hidden)
    counts = count_attended(scores, dim)
    wanted = [max(1, sum(z > -math.inf for z in row)) for row in columns(scores, dim)]
    assert counts.shape == scores.sum(dim, keepdim=True).shape
    assert counts.dtype == scores.dtype
    assert columns(counts, dim) == [[n] for n in wanted]


def columns(tensor, dim):
    return tensor.movedim(dim, -1).reshape(-1, tensor.shape[dim]).tolist()


def test_a_row_that_attends_nothing_counts_one():
    assert count_attended(torch.full((2, 3), -math.inf), -1).tolist() == [[1.0], [1.0]]


def test_compiled_code_counts_alike():
    compiled = torch.compile(count_attended, fullgraph=True, backend="aot_eager")
    for hidden in (0, 3):
        assert torch.equal(
            compiled(rows(hidden=hidden), -1), count_attended(rows(hidden=hidden), -1)
        )


def test_a_nan_counts_until_it_is_refused():
    scores = rows(hidden=2)
    scores[2, 4, 6] = math.nan
    assert count_attended(scores, -1)[2, 4].item() == 7.0
