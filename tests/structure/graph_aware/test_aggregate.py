"""Sums over neighbours against loops, half precision, and what they tell apart."""

import pytest
import torch

from attnkit.densities import softmax
from attnkit.structure.graph_aware import claims, isomorphic_aggregate


def drawn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_is_oneself_and_the_sum_of_the_others():
    weights, values = drawn(2, 5, 5), drawn(2, 5, 3, seed=1)
    for batch in range(2):
        for i in range(5):
            wanted = 1.3 * values[batch, i]
            for j in range(5):
                wanted = wanted + weights[batch, i, j] * values[batch, j]
            torch.testing.assert_close(isomorphic_aggregate(weights, values, 0.3)[batch, i], wanted)


def test_gradients_and_no_token():
    leaves = [drawn(5, 5).requires_grad_(), drawn(5, 3).requires_grad_()]
    assert torch.autograd.gradcheck(isomorphic_aggregate, leaves)
    assert isomorphic_aggregate(drawn(0, 0), drawn(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    parts = drawn(5, 5).to(dtype), drawn(5, 3).to(dtype)
    found = isomorphic_aggregate(*parts, 0.5)
    exact = isomorphic_aggregate(*(part.double() for part in parts), 0.5)
    assert found.dtype == dtype
    assert (found.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    single = [part.float() for part in parts]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = isomorphic_aggregate(*single, 0.5)
    assert torch.equal(inside, isomorphic_aggregate(*single, 0.5))


@pytest.mark.claim("mean-cannot-count")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_set_taken_twice_is_the_same_to_a_mean_and_another_to_a_sum(seed):
    measured = claims.mean_cannot_count()
    assert measured["softmax"] < 1e-12
    assert measured["sum"] > 0.1
    once = drawn(4, 5, seed=seed)
    read = [claims.read_of(torch.cat([once] * copies), drawn(5)) for copies in (1, 3)]
    torch.testing.assert_close(read[0][0], read[1][0])
    torch.testing.assert_close(3 * read[0][1], read[1][1])


@pytest.mark.claim("mean-cannot-count")
def test_other_proportions_are_told_apart_even_by_a_mean():
    a, b = drawn(2, 5)
    query = torch.zeros(5, dtype=torch.float64)
    means = [claims.read_of(torch.stack(each), query)[0] for each in ([a, b], [a, a, b])]
    assert (means[0] - means[1]).abs().max() > 0.01


@pytest.mark.claim("own-value-counts-more")
def test_without_epsilon_a_token_and_its_neighbour_change_places_unseen():
    measured = claims.own_value()
    assert measured["ε = 0.0"] == 0
    assert 0 < measured["ε = 0.1"] < measured["ε = 1.0"]
    for seed in range(5):
        generator = torch.Generator().manual_seed(seed)
        assert claims.root_and_neighbours(0.3, generator) > 1e-3


def test_numbers_must_be_told_apart_before_they_are_added():
    """1 + 3 = 2 + 2: a sum counts neighbours only of values that no others make up."""
    sees = torch.tensor([[0.0, 1.0, 1.0]] * 3)
    sums = [
        isomorphic_aggregate(sees, torch.tensor([[0.0], *v]))[0]
        for v in ([[1.0], [3.0]], [[2.0], [2.0]])
    ]
    assert torch.equal(*sums)


def test_softmax_with_a_sink_tells_a_set_from_the_same_taken_twice():
    once, twice = (softmax(torch.tensor([0.0] + [1.0] * n))[1:].sum() for n in (3, 6))
    assert twice > once + 0.03
