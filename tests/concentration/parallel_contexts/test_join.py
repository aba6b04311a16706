"""Pieces joined against the whole row; the law of sinks against rows that are drawn."""

import math

import pytest
import torch

from attnkit.concentration.parallel_contexts import (
    joined_entropy,
    joined_weights,
    sink_law,
    turning_mass,
)
from attnkit.diagnostics import entropy


def normal(*shape, seed=0, spread=2.0):
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(*shape, generator=generator, dtype=torch.float64)


def apart(pieces):
    """Log mass and entropy of each piece alone."""
    masses = torch.stack([piece.logsumexp(-1) for piece in pieces], -1)
    return masses, torch.stack([entropy(piece.softmax(-1)) for piece in pieces], -1)


def test_pieces_of_any_size_join_to_the_whole_row():
    row = normal(3, 17)
    pieces = row.split([5, 1, 11], -1)
    torch.testing.assert_close(joined_entropy(*apart(pieces)), entropy(row.softmax(-1)))
    whole = torch.stack([part.sum(-1) for part in row.softmax(-1).split([5, 1, 11], -1)], -1)
    torch.testing.assert_close(joined_weights(apart(pieces)[0]), whole)


@pytest.mark.parametrize("copies", [1, 2, 7, 13])
def test_copies_add_the_log_of_their_number(copies):
    masses, entropies = apart([normal(11)] * copies)
    alone = entropy(normal(11).softmax(-1))
    torch.testing.assert_close(joined_entropy(masses, entropies), alone + math.log(copies))


def test_a_piece_without_keys_is_not_there():
    masses, entropies = apart(normal(5, 7).split([3, 4], -1))
    nothing = torch.full((5, 1), math.nan, dtype=torch.float64)
    more = joined_entropy(
        torch.cat([masses, nothing.nan_to_num(-math.inf).fill_(-math.inf)], -1),
        torch.cat([entropies, nothing], -1),
    )
    torch.testing.assert_close(more, joined_entropy(masses, entropies))
    empty = torch.full((3,), -math.inf)
    assert joined_weights(empty).tolist() == [0.0, 0.0, 0.0]
    assert joined_entropy(empty, torch.zeros(3)).isnan()
    assert joined_entropy(torch.zeros(0), torch.zeros(0)).isnan()


def test_gradients_and_half_precision():
    masses, entropies = apart(normal(5, 7).split([3, 4], -1))
    leaves = masses.requires_grad_(), entropies.requires_grad_()
    assert torch.autograd.gradcheck(joined_entropy, leaves)
    half = joined_entropy(masses.half(), entropies.half())
    assert half.dtype == torch.float32
    torch.testing.assert_close(half.double(), joined_entropy(masses, entropies), rtol=0, atol=0.01)


COMPILED = """
import torch
from attnkit.concentration.parallel_contexts import joined_entropy

masses, entropies = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0)).abs()
compiled = torch.compile(joined_entropy, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(masses, entropies), joined_entropy(masses, entropies))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("n_sinks", "sink", "spread"), [(1, 8.0, 1.0), (16, 6.0, 0.5), (3, 0.0, 1.0)]
)
def test_the_law_is_the_mean_over_drawn_rows(n_sinks, sink, spread):
    rows = normal(100, 4099, spread=spread)
    rows[:, :n_sinks] = sink
    weights = rows.softmax(-1)
    law = sink_law(4099, n_sinks, sink, spread)
    assert law.mass == pytest.approx(weights[:, :n_sinks].sum(-1).mean().item(), abs=0.01)
    assert law.entropy == pytest.approx(entropy(weights).mean().item(), abs=0.03)


def test_sinks_like_all_others_are_a_uniform_row():
    law = sink_law(13, 5, 0.0, 0.0)
    assert law.mass == pytest.approx(5 / 13)
    assert law.entropy == pytest.approx(math.log(13))
    assert sink_law(13, 5, 300.0, 0.0).entropy == pytest.approx(math.log(5))
    assert sink_law(13, 5, -300.0, 0.0).entropy == pytest.approx(math.log(8))


@pytest.mark.parametrize(("sink", "spread"), [(4.0, 1.0), (8.0, 1.0), (8.0, 2.0)])
def test_the_entropy_turns_at_the_mass_that_the_law_says(sink, spread):
    """So many keys that taking a few for sinks leaves the number of others still."""
    laws = [
        sink_law(10**9, n_sinks, sink, spread)
        for n_sinks in map(round, torch.logspace(0, 8.3, 400).tolist())
    ]
    lowest = min(laws, key=lambda law: law.entropy)
    assert lowest.mass == pytest.approx(turning_mass(sink, spread), abs=0.06)


def test_a_weak_sink_never_lowers_the_entropy():
    assert turning_mass(1.5, 1.0) == turning_mass(-3.0, 0.0) == 0
    entropies = [sink_law(10**6, n_sinks, 1.5, 1.0).entropy for n_sinks in (1, 10, 100, 1000)]
    assert entropies == sorted(entropies)


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="n_sinks must be less than n_keys = 5, got 5"):
        sink_law(5, 5, 1.0, 1.0)
    with pytest.raises(ValueError, match="entropies must"):
        joined_entropy(torch.zeros(3), torch.zeros(5))
    with pytest.raises(ValueError, match="entropies must hold finite"):
        joined_entropy(torch.zeros(2), torch.tensor([math.nan, 0.0]))
    with pytest.raises(ValueError, match="log_masses must hold finite"):
        joined_weights(torch.tensor([math.nan, 0.0]))
