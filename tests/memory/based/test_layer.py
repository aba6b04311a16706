"""Based as a layer: heads, causality, padding and a state that may be handed on at any cut."""

import pytest
import torch

from attnkit.memory import Based, based_attention


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return Based(6, 2, d_feature=3, window=4).double()


def inputs(seed=0):
    return torch.randn(2, 13, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_heads_are_read_apart(layer):
    x = inputs()
    read = []
    for head in range(2):
        narrow, wide = slice(3 * head, 3 * head + 3), slice(3 * head, 3 * head + 3)
        q, k = (x @ each.weight[narrow].T for each in (layer.queries, layer.keys))
        read.append(based_attention(q, k, x @ layer.values.weight[wide].T, window=4)[0])
    torch.testing.assert_close(layer(x)[0], torch.cat(read, -1) @ layer.output.weight.T)


@pytest.mark.parametrize("cut", [1, 3, 8])
def test_it_goes_on_from_its_state(layer, cut):
    x = inputs()
    whole, _ = layer(x)
    first, state = layer(x[:, :cut])
    second, _ = layer(x[:, cut:], initial_state=state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    memory, buffer = state
    assert memory.shape == (2, 2, 10, 4)
    assert buffer.shape == (2, 2, 4, 7)


def test_padding_is_not_seen(layer):
    x = inputs()
    mask = torch.ones(2, 13, dtype=torch.bool)
    mask[0, 5:9] = False
    output, _ = layer(x, mask=mask)
    alone, _ = layer(x[:1, mask[0]])
    torch.testing.assert_close(output[:1, mask[0]], alone)


def test_no_token_sees_a_later_one(layer):
    x = inputs()
    later = x.clone()
    later[:, 9:] += 1
    assert torch.equal(layer(x)[0][:, :9], layer(later)[0][:, :9])


def test_every_parameter_learns(layer):
    layer(inputs())[0].square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in layer.parameters())


def test_what_does_not_fit_is_named(layer):
    with pytest.raises(ValueError, match="d_model must be a multiple of n_heads = 2, got 5"):
        Based(5, 2)
    with pytest.raises(ValueError, match="x must have 6 features"):
        layer(torch.zeros(2, 3, 5, dtype=torch.float64))
