"""How many keys a row may attend, and which tokens of a padded batch count."""

import math

import pytest
import torch

from attnkit.masks import count_attended, length_mask, require_mask


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


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32])
def test_lengths_become_a_mask(dtype):
    lengths = torch.tensor([[3, 0], [5, 1], [2, 4]], dtype=dtype)
    mask = length_mask(lengths, 5)
    assert mask.shape == (3, 2, 5)
    for row, length in zip(mask.flatten(0, 1).tolist(), lengths.flatten().tolist(), strict=True):
        assert row == [True] * length + [False] * (5 - length)


def test_one_length_and_no_sequence():
    assert length_mask(torch.tensor(2), 3).tolist() == [True, True, False]
    assert length_mask(torch.zeros(0, dtype=torch.int64), 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("lengths", "error", "words"),
    [
        (torch.tensor([2, 6]), ValueError, "lengths must be at most n_tokens = 5, got 6"),
        (torch.tensor([2, -1]), ValueError, "lengths must be .*0.*got 1 other entry such as -1"),
        (torch.tensor([2.0]), TypeError, "lengths must have an integer dtype, got torch.float32"),
        ([2, 3], TypeError, "lengths must be a torch.Tensor, got list"),
    ],
)
def test_lengths_that_do_not_fit_are_named(lengths, error, words):
    with pytest.raises(error, match=words):
        length_mask(lengths, 5)


@pytest.mark.parametrize(
    ("size", "cure"),
    [((2, 7), "[:, None, None, :]"), ((2, 3, 7), "[:, :, None, :]"), ((2, 5), ""), ((5,), "")],
)
def test_a_padding_mask_is_told_where_its_dimensions_go(size, cure):
    mask = torch.ones(size, dtype=torch.bool)
    wanted = f"scores, got {size}" + (f"; mask{cure} would" if cure else "")
    with pytest.raises(ValueError, match="mask must broadcast") as refused:
        require_mask(mask, torch.Size((2, 3, 5, 7)), "scores")
    assert str(refused.value).endswith(wanted)
    if cure:
        spread = eval(f"mask{cure}", {"mask": mask})
        assert require_mask(spread, torch.Size((2, 3, 5, 7)), "scores") is spread
