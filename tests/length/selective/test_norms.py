"""Norms in closed form against least squares and against a search over everything learned."""

import math

import pytest
import torch

from attnkit.length.selective import (
    norm_with_free_temperatures,
    norm_with_read_temperatures,
    plain_norm,
)

CASES = [(0.0, 8.0, 1.0), (0.5, 3.0, 5.0), (0.9, 8.0, 1.0), (0.99, 2.0, 2.0), (-0.7, 8.0, 1.0)]


def gram(cosine):
    return torch.tensor([[1.0, cosine], [cosine, 1.0]], dtype=torch.float64)


@pytest.mark.parametrize(("cosine", "first", "second"), CASES)
def test_the_plain_norm_is_that_of_least_squares(cosine, first, second):
    queries = torch.linalg.cholesky(gram(cosine))
    along = torch.tensor([0.6, 0.8, 0.0], dtype=torch.float64)
    wanted = torch.tensor([first, second], dtype=torch.float64)[:, None] * along
    solution = torch.linalg.pinv(queries) @ wanted
    assert plain_norm(cosine, first, second) == pytest.approx(solution.norm().item())


def searched(cosine, first, second, cost):
    """The least of a cost over the logits of both queries, by descent from a few starts."""
    generator = torch.Generator().manual_seed(0)
    logs = torch.randn(2, 7, generator=generator, dtype=torch.float64).requires_grad_()
    optimiser = torch.optim.LBFGS([logs], max_iter=200, line_search_fn="strong_wolfe")
    sharp = torch.tensor([first, second], dtype=torch.float64)[:, None]

    def loss():
        optimiser.zero_grad()
        total = cost(torch.linalg.inv(gram(cosine)), sharp, logs.exp()).sum()
        total.backward()
        return total

    optimiser.step(loss)
    return cost(torch.linalg.inv(gram(cosine)), sharp, logs.exp()).min().sqrt().item()


def free(inverse, sharp, logits):
    return (logits * (inverse @ logits)).sum(0) + (sharp / logits).square().sum(0)


def read(inverse, sharp, logits):
    other = sharp / logits
    return (logits * (inverse @ logits)).sum(0) + (other * (inverse @ other)).sum(0)


@pytest.mark.parametrize(("cosine", "first", "second"), CASES)
def test_what_suffices_is_no_less_than_what_a_search_finds(cosine, first, second):
    for cost, closed in ((free, norm_with_free_temperatures), (read, norm_with_read_temperatures)):
        found = searched(cosine, first, second, cost)
        assert found <= closed(cosine, first, second) * (1 + 1e-9)
        assert found >= closed(cosine, first, second) * 0.8


@pytest.mark.parametrize("sharpness", [1.0, 8.0])
def test_equal_sharpness_is_found_exactly(sharpness):
    found = searched(0.9, sharpness, sharpness, free)
    assert norm_with_free_temperatures(0.9, sharpness, sharpness) == pytest.approx(found)


def test_as_queries_come_together_one_norm_stays_and_two_grow_alike():
    near, nearer = 1 - 1e-6, 1 - 1e-8
    assert norm_with_free_temperatures(nearer, 8.0, 1.0) == pytest.approx(260**0.25, rel=1e-6)
    for norm in (plain_norm, norm_with_read_temperatures):
        assert norm(nearer, 8.0, 1.0) / norm(near, 8.0, 1.0) == pytest.approx(10, rel=1e-3)
    limit = 7 / (math.sqrt(2) * (math.sqrt(8) - 1))
    ratio = plain_norm(nearer, 8.0, 1.0) / norm_with_read_temperatures(nearer, 8.0, 1.0)
    assert ratio == pytest.approx(limit, rel=1e-3)


def test_a_cosine_of_one_is_refused():
    with pytest.raises(ValueError, match=r"cosine must be in \(-1, 1\), got 1"):
        plain_norm(1.0, 8.0, 1.0)
