"""The layer reads its scale off each query; function and layer compiled."""

import pytest
import torch

from attnkit.length import ASEntmax, asentmax_weights

CAUSAL = torch.ones(7, 7, dtype=torch.bool).tril()


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def test_the_layer_reads_slope_and_power_off_each_query():
    torch.manual_seed(0)
    layer = ASEntmax(5, 3)
    scores, states = rows(2, 3, 7, 7, dtype=torch.float32) / 8, rows(2, 7, 5, dtype=torch.float32)
    weights = layer(scores, states, CAUSAL)
    for b, h, q in torch.cartesian_prod(*map(torch.arange, (2, 3, 7))).tolist():
        slope = (layer.slope.weight[h] @ states[b, q]).exp().log1p().item()
        power = 2 * torch.tanh(layer.power.weight[h] @ states[b, q]).item()
        wanted = asentmax_weights(scores[b, h, q, : q + 1], slope, power)
        torch.testing.assert_close(weights[b, h, q, : q + 1], wanted)
    (weights * scores).sum().backward()
    assert (layer.slope.weight.grad != 0).all()
    assert (layer.power.weight.grad != 0).all()
    with pytest.raises(ValueError, match=r"scores and states must have 3 heads and width 5"):
        layer(scores, states[..., :4])


COMPILED = """
import torch
from attnkit.length import ASEntmax, asentmax_weights

generator = torch.Generator().manual_seed(0)
scores = torch.randn(3, 5, 7, generator=generator)
mask = scores > -1
whole = dict(fullgraph=True, backend="aot_eager")
weights = torch.compile(asentmax_weights, **whole)(scores, 0.5, 1.5, mask=mask)
torch.testing.assert_close(weights, asentmax_weights(scores, 0.5, 1.5, mask=mask))
layer, states = ASEntmax(2, 3), torch.randn(5, 2, generator=generator)
torch.testing.assert_close(torch.compile(layer, **whole)(scores, states), layer(scores, states))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
