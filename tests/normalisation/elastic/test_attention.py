"""Elastic attention written out, and the bias by distance."""

import math

import pytest
import torch

from attnkit.densities import attention
from attnkit.normalisation.elastic import distance_bias, elastic_attention
from tests.normalisation.shared.edges import rows


def inputs(dtype=torch.float64):
    """Queries (2, 5, 3), keys (2, 7, 3) and values (2, 7, 11)."""
    shapes = ((2, 5, 3), (2, 7, 3), (2, 7, 11))
    return [rows(*shape, seed=i).to(dtype) for i, shape in enumerate(shapes)]


def written_out(queries, keys, values, table, offset):
    context = torch.zeros(2, 5, 11, dtype=torch.float64)
    for b, q in ((b, q) for b in range(2) for q in range(5)):
        last = q + 2  # the last of five queries stands at the last of seven keys
        raised = [
            math.exp(float(queries[b, q] @ keys[b, k]) / math.sqrt(3) + float(table[b, last - k]))
            for k in range(last + 1)
        ]
        for k, number in enumerate(raised):
            weight = max(0.0, number / sum(raised) + offset / (last + 1))
            context[b, q] += weight * values[b, k]
    return context


def test_equals_the_sum_written_out():
    table = rows(2, 7, seed=5)
    mask = torch.ones(5, 7, dtype=torch.bool).tril(2)
    bias = distance_bias(table, 5, 7)
    read = elastic_attention(*inputs(), offset=-0.6, bias=bias, mask=mask)
    torch.testing.assert_close(read, written_out(*inputs(), table, -0.6))


def test_without_offset_it_is_attention():
    torch.testing.assert_close(elastic_attention(*inputs(), offset=0.0), attention(*inputs()))


def test_what_is_masked_is_never_looked_at():
    queries, keys, values = inputs()
    keys[:, 5:], values[:, 5:] = math.nan, math.inf
    read = elastic_attention(queries, keys, values, mask=torch.arange(7) < 5)
    queries, keys, values = inputs()
    torch.testing.assert_close(read, elastic_attention(queries, keys[:, :5], values[:, :5]))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    halves = inputs(dtype)
    read = elastic_attention(*halves)
    assert read.dtype == dtype
    assert torch.equal(read, elastic_attention(*(t.float() for t in halves)).to(dtype))
    single = inputs(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = elastic_attention(*single)
    assert torch.equal(inside, elastic_attention(*single))


def test_gradients_of_every_argument():
    leaves = [*inputs(), rows(2, 1, 1, seed=7), rows(2, 4, seed=8)]
    leaves = [leaf.requires_grad_() for leaf in leaves]

    def of_all(queries, keys, values, offset, table):
        bias = distance_bias(table, 5, 7)
        return elastic_attention(queries, keys, values, offset=offset, bias=bias)

    assert torch.autograd.gradcheck(of_all, leaves, fast_mode=True)


def test_a_bias_is_looked_up_by_distance_and_zero_beyond_the_table():
    table = torch.tensor([10.0, 11.0, 12.0])
    assert distance_bias(table, 2, 5).tolist() == [[0, 12, 11, 10, 11], [0, 0, 12, 11, 10]]
    assert distance_bias(table.expand(2, 3), 0, 3).shape == (2, 0, 3)
    assert distance_bias(table[:0], 2, 2).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"table": torch.tensor([math.nan])}, "table must"),
        ({"n_queries": -1}, "n_queries must be in .*-1"),
        ({"n_keys": 10**7}, "n_keys must be in"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        distance_bias(**{"table": torch.zeros(3), "n_queries": 2, "n_keys": 5} | arguments)
    with pytest.raises(ValueError, match="bias must broadcast"):
        elastic_attention(*inputs(), bias=torch.zeros(3, dtype=torch.float64))
