"""What the ways to make all prefixes cost: rounds and merges, counted while they run."""

import math

import pytest
import torch

from attnkit.linear_time.aaren import scans
from attnkit.linear_time.aaren.triples import Triple, merged


def triples(n, spread=1.0):
    generator = torch.Generator().manual_seed(n)
    scores = spread * torch.randn(n, generator=generator, dtype=torch.float64)
    values = torch.randn(n, 5, generator=generator, dtype=torch.float64)
    return Triple(scores, torch.ones(n, dtype=torch.float64), values)


@pytest.fixture
def counted(monkeypatch):
    """How many triples each call of `merged` made: a call is a round, as its parts are apart."""
    sizes = []

    def counting(one, other):
        made = merged(one, other)
        sizes.append(made.weight.shape[-1])
        return made

    monkeypatch.setattr(scans, "merged", counting)
    return sizes


@pytest.mark.parametrize("n", [2, 3, 5, 8, 13, 64, 65, 1024])
def test_rounds_and_merges_are_as_told(counted, n):
    scans.shallow_prefixes(triples(n))
    assert len(counted) == math.ceil(math.log2(n))
    assert sum(counted) == sum(n - 2**r for r in range(len(counted)))
    counted.clear()
    scans.pairwise_prefixes(triples(n))
    assert sum(counted) < 2 * n
    assert len([size for size in counted if size]) <= 2 * math.floor(math.log2(n))
    counted.clear()
    scans.loop_prefixes(triples(n))
    assert (len(counted), sum(counted)) == (n - 1, n - 1)


@pytest.mark.parametrize("spread", [1.0, 400.0])
def test_merging_is_commutative_to_the_last_bit_and_associative_to_rounding(spread):
    a, b, c = (triples(n, spread) for n in (101, 101, 101))
    b, c = Triple(b.largest.flip(0), *b[1:]), Triple(c.largest.roll(7), *c[1:])
    for one, other in zip(merged(a, b), merged(b, a), strict=True):
        assert torch.equal(one, other)
    for one, other in zip(merged(merged(a, b), c), merged(a, merged(b, c)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-14, atol=1e-14)


def test_the_triple_of_no_key_changes_nothing():
    nothing = Triple(torch.tensor(-math.inf), torch.tensor(0.0), torch.zeros(5))
    each = Triple(torch.tensor(3.0), torch.tensor(2.0), torch.ones(5))
    for one, other in ((each, nothing), (nothing, each)):
        for made, wanted in zip(merged(one, other), each, strict=True):
            assert torch.equal(made, wanted)
    for made, wanted in zip(merged(nothing, nothing), nothing, strict=True):
        assert torch.equal(made, wanted)
