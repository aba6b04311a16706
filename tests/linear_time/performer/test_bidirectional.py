"""Every query reads every key by random features; long keys and the shift they want."""

import pytest
import torch

from attnkit.linear_time import bidirectional_performer_attention, performer
from attnkit.linear_time.performer import orthogonal_directions, positive_features
from attnkit.linear_time.shared.rows import kernel_weights

FORMS = (
    performer.performer_attention,
    performer.recurrent_performer_attention,
    performer.parallel_performer_attention,
    bidirectional_performer_attention,
)


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def read(form, *tokens, **given):
    result = form(*tokens, **given)
    return result[0] if isinstance(result, tuple) else result


def test_it_reads_by_the_products_of_features():
    queries, keys, values = drawn(7, 3), drawn(11, 3, seed=1), drawn(11, 4, seed=2)
    directions, seen = drawn(5, 3, seed=3), torch.arange(11) < 8
    made = [positive_features(x / 3**0.25, directions) for x in (queries, keys)]
    found = bidirectional_performer_attention(queries, keys, values, directions=directions)
    torch.testing.assert_close(found, kernel_weights(*made) @ values)
    hidden = keys.masked_fill(~seen[:, None], torch.nan)
    given = {"directions": directions, "mask": seen}
    found = bidirectional_performer_attention(queries, hidden, values, **given)
    torch.testing.assert_close(found, kernel_weights(*made, seen) @ values)


def test_with_many_directions_it_is_softmax():
    tokens = [drawn(2, 7, 3, seed=seed) / 2 for seed in range(3)]
    many = orthogonal_directions(6000, 3, generator=torch.Generator().manual_seed(0))
    wanted = torch.nn.functional.scaled_dot_product_attention(*tokens)
    found = bidirectional_performer_attention(*tokens, directions=many)
    assert (found - wanted).abs().max() < 0.05


@pytest.mark.parametrize("form", FORMS)
def test_long_keys_are_told_that_they_want_a_shift_and_read_with_it(form):
    """Features of keys of norm 64 are near e^-200: in single precision they were zeros."""
    tokens = [drawn(2, 9, 64), 8 * drawn(2, 9, 64, seed=1), drawn(2, 9, 5, seed=2)]
    single = [t.float() for t in tokens]
    with pytest.raises(ValueError, match=r"keys must have features .* underflow .* give a shift"):
        form(*single)
    exact = read(form, *tokens)
    torch.testing.assert_close(read(form, *single, shift=-200.0).double(), exact, atol=1e-4, rtol=0)
    torch.testing.assert_close(read(form, *tokens, shift=-200.0), exact)
    nothing = torch.zeros(2, 9, dtype=torch.bool)
    assert not read(form, *single, mask=nothing).any()


@pytest.mark.parametrize("map_", [positive_features, performer.hyperbolic_features])
def test_features_that_all_vanish_are_refused(map_):
    directions = drawn(7, 64).float()
    with pytest.raises(ValueError, match=r"x must have features that .* underflow to zero"):
        map_(30 * drawn(2, 64, seed=1).float(), directions)
