"""How many keys a row sees, whole masks and broadcast ones, and which scales fit a row."""

import math

import pytest
import torch

from attnkit.length.shared.visible import (
    require_scale,
    scaled_scores,
    visible_by_mask,
    visible_keys,
)

MINUS_INF = -math.inf


def rows(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(*shape, generator=generator, dtype=torch.float64)


def masked_rows():
    scores, mask = rows(5, 11), rows(5, 11, seed=1) > -1
    scores[1, 3], mask[2] = MINUS_INF, False
    return scores, mask


def test_visible_keys_counts_what_is_neither_masked_nor_minus_infinity():
    scores, mask = masked_rows()
    wanted = (mask & (scores > MINUS_INF)).sum(-1, keepdim=True)
    assert torch.equal(visible_keys(scores, mask), wanted.double())
    assert visible_keys(scores.mT, mask.mT, 0).shape == (1, 5)
    assert torch.equal(visible_keys(scores.half()), torch.tensor([[11.0, 10, 11, 11, 11]]).mT)


def test_the_mask_alone_says_what_each_query_sees():
    queries, keys = rows(2, 5, 3), rows(2, 11, 3, seed=1)
    for mask in (None, rows(5, 11) > 0, rows(5, 1) > 0, rows(2, 1, 11) > 0):
        wanted = visible_keys(queries @ keys.mT, mask)
        assert torch.equal(visible_by_mask(queries, keys, mask), wanted)
    with pytest.raises(ValueError, match=r"mask must broadcast .* queries and keys"):
        visible_by_mask(queries, keys, rows(7, 11) > 0)


@pytest.mark.parametrize("shape", [(5, 11), (11,), (1, 11), (5, 1), (1,), (), (3, 1, 1)])
def test_masks_that_broadcast_count_as_if_they_were_whole(shape):
    scores = rows(3, 5, 11)
    mask = torch.arange(math.prod(shape)).reshape(shape) % 3 != 1
    whole = mask.expand(3, 5, 11)
    expected = [whole.sum(-1, keepdim=True).double()]
    counted = []
    scaled_scores(scores, lambda n: counted.append(n) or n, mask)
    torch.testing.assert_close(counted[0].expand(3, 5, 1), expected[0].clamp_min(1))


def test_a_scale_is_a_number_or_one_for_each_row():
    scores = rows(3, 5, 7)
    for scale in (0.5, torch.tensor(0.5), torch.ones(3, 1, 1), torch.ones(5, 1)):
        assert require_scale("scale", scale, scores) is scale
    for shape in ((7,), (3, 5, 7), (3, 5), (2, 3, 5, 1)):
        with pytest.raises(ValueError, match=r"scale must broadcast .*\(3, 5, 1\)"):
            require_scale("scale", torch.ones(shape), scores)
    require_scale("scale", torch.ones(3, 1, 7), scores, dim=1)
