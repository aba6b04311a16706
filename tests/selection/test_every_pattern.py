"""What every pattern of the room must do, whoever declares it."""

import pytest
import torch

from attnkit.selection.shared.kept import dropped
from attnkit.selection.shared.on_real import captured
from attnkit.selection.shared.pattern import patterns
from attnkit.selection.shared.references import oracle
from attnkit.trained.record import Capture

EVERY = [*patterns()]


def tokens(seed: int, *shape: int) -> torch.Tensor:
    """Queries and keys whose inner products are scores that spread by about one."""
    generator = torch.Generator().manual_seed(seed)
    made = torch.randn(2, *shape, generator=generator, dtype=torch.float64)
    return made * shape[-1] ** -0.25


@pytest.mark.parametrize("name", EVERY)
def test_it_keeps_a_map_of_keys_and_changes_nothing(name):
    queries, keys = tokens(0, 2, 3, 37, 8)
    before = queries.clone(), keys.clone()
    kept = patterns()[name].choose(queries, keys, 9)
    assert kept.dtype is torch.bool
    assert kept.shape == (2, 3, 37, 37)
    assert torch.equal(queries, before[0])
    assert torch.equal(keys, before[1])
    assert torch.equal(kept, patterns()[name].choose(queries, keys, 9))


@pytest.mark.parametrize("name", EVERY)
def test_no_row_catches_more_than_the_oracle_with_as_many_keys(name):
    queries, keys = tokens(1, 1, 2, 41, 8)
    kept = patterns()[name].choose(queries, keys, 10)
    scores = 3 * queries @ keys.mT
    weights = scores.softmax(-1)
    caught = 1 - dropped(weights, kept).mass
    for row in range(41):
        for head in range(2):
            n_keys = int(kept[0, head, row].sum())
            best = oracle(scores[0, head, row][None], n_keys)
            most = 1 - dropped(weights[0, head, row][None], best).mass
            assert caught[0, head, row] <= most[0] + 1e-9


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("n", [1, 2])
def test_short_texts_have_a_map_too(name, n):
    queries, keys = tokens(2, 1, 1, n, 8)
    assert patterns()[name].choose(queries, keys, 1).shape == (1, 1, n, n)


@pytest.mark.parametrize("name", EVERY)
def test_the_harness_takes_it(name):
    queries, keys = tokens(3, 2, 3, 37, 8)
    scores = queries @ keys.mT
    read = Capture(queries * 8**0.25, keys * 8**0.25, keys, scores, scores.softmax(-1), keys[0])
    found = captured(read, patterns()[name].choose)
    assert {*found} == {"1/16", "1/8", "1/4"}
    for measures in found.values():
        assert all(len(measures[each]) == 6 for each in ("mass", "density", "empty"))
