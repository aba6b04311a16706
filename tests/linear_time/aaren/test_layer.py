"""Aaren as a layer: heads, causality, padding and a state that may be handed on at any cut."""

import pytest
import torch

from attnkit.linear_time import Aaren, aaren_attention


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return Aaren(6, 2).double()


def inputs(seed=0):
    return torch.randn(2, 13, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_heads_are_read_apart_each_by_its_own_query(layer):
    x, read = inputs(), []
    for head in range(2):
        part = slice(3 * head, 3 * head + 3)
        k, v = (x @ each.weight[part].T for each in (layer.keys, layer.values))
        read.append(aaren_attention(layer.query[head].expand(2, -1), k, v)[0])
    torch.testing.assert_close(layer(x)[0], torch.cat(read, -1) @ layer.output.weight.T)


@pytest.mark.parametrize("cut", [0, 1, 3, 8])
def test_it_goes_on_from_its_state(layer, cut):
    x = inputs()
    whole, _ = layer(x)
    first, state = layer(x[:, :cut])
    second, _ = layer(x[:, cut:], initial_state=state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    assert [tuple(part.shape) for part in state] == [(2, 2), (2, 2), (2, 2, 3)]


def test_padding_is_not_seen(layer):
    x = inputs()
    mask = torch.ones(2, 13, dtype=torch.bool)
    mask[0, 5:9] = False
    output, _ = layer(x, mask=mask)
    torch.testing.assert_close(output[:1, mask[0]], layer(x[:1, mask[0]])[0])


def test_nan_that_a_mask_leaves_out_is_not_looked_at(layer):
    x, mask = inputs(), torch.ones(2, 13, dtype=torch.bool)
    mask[0, 5:9] = False
    hidden = x.masked_fill(~mask[..., None], torch.nan).requires_grad_()
    output, _ = layer(hidden, mask=mask)
    torch.testing.assert_close(output, layer(x, mask=mask)[0])
    output.sum().backward()
    assert hidden.grad.isfinite().all()
    with pytest.raises(ValueError, match="x must be in"):
        layer(hidden, mask=torch.ones_like(mask))


def test_no_token_sees_a_later_one(layer):
    x = inputs()
    later = x.clone()
    later[:, 9:] += 1
    torch.testing.assert_close(layer(x)[0][:, :9], layer(later)[0][:, :9], rtol=0, atol=0)


def test_every_parameter_learns(layer):
    layer(inputs())[0].square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in layer.parameters())


def test_autocast_and_wrong_sizes(layer):
    with torch.autocast("cpu", torch.bfloat16):
        assert layer.float()(inputs().float())[0].isfinite().all()
    with pytest.raises(ValueError, match="d_model must be a multiple of n_heads = 2, got 5"):
        Aaren(5, 2)
    with pytest.raises(ValueError, match="x must have 6 features"):
        layer(torch.zeros(2, 3, 5))
