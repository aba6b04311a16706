"""What is captured is what the model computed, found again by another way."""

import math

import pytest
import torch
from torch import nn

from attnkit.trained import capture
from tests.trained.models import KINDS, N_HEADS, N_LAYERS, needs_transformers, some_ids, tiny


def attended(found):
    """Weights from captured queries and keys alone, and what they read of captured values."""
    n_tokens = found.weights.shape[-1]
    products = found.queries @ found.keys.mT / math.sqrt(found.queries.shape[-1])
    weights = products.masked_fill(found.scores == -math.inf, -math.inf).softmax(-1)
    assert weights.shape[-2:] == (n_tokens, n_tokens)
    return weights, weights @ found.values


@needs_transformers
@pytest.mark.parametrize("kind", KINDS)
class TestOfAModel:
    def test_weights_are_the_models_own(self, kind):
        model, ids = tiny(kind), some_ids()
        own = model(ids[None], output_attentions=True, output_hidden_states=True)
        found = capture(model, ids)
        torch.testing.assert_close(found.weights, torch.cat(own.attentions), atol=1e-5, rtol=0)
        torch.testing.assert_close(found.hidden, torch.cat(own.hidden_states), atol=1e-5, rtol=0)

    def test_queries_and_keys_give_the_weights(self, kind):
        found = capture(tiny(kind), some_ids())
        torch.testing.assert_close(attended(found)[0], found.weights, atol=1e-5, rtol=0)
        torch.testing.assert_close(found.scores.softmax(-1), found.weights, atol=1e-5, rtol=0)
        assert not torch.allclose(found.weights[..., 0], found.weights[..., -1], atol=0.1)

    def test_only_a_decoder_has_minus_infinity_and_only_above_the_diagonal(self, kind):
        hidden = capture(tiny(kind), some_ids()).scores == -math.inf
        above = torch.ones(11, 11, dtype=torch.bool).triu(1)
        assert bool((hidden == (above if kind != "bert" else False)).all())

    def test_values_read_by_weights_are_what_the_output_projection_gets(self, kind):
        model, heard = tiny(kind), []
        for name, part in model.named_modules():
            if name.endswith(("attention.output.dense", "attn.c_proj", "self_attn.o_proj")):
                part.register_forward_pre_hook(lambda _, args: heard.append(args[0][0]))
        read = attended(capture(model, some_ids()))[1]
        assert len(heard) == N_LAYERS
        torch.testing.assert_close(
            read.transpose(1, 2).flatten(-2), torch.stack(heard), atol=1e-5, rtol=0
        )

    def test_the_model_is_left_as_it_was(self, kind):
        model = tiny(kind).train()
        before = vars(__import__(type(model).__module__, fromlist=["x"]))["eager_attention_forward"]
        first, second = capture(model, some_ids()), capture(model, some_ids())
        assert torch.equal(first.weights, second.weights)  # no dropout
        assert all(part.training for part in model.modules())
        after = vars(__import__(type(model).__module__, fromlist=["x"]))["eager_attention_forward"]
        assert after is before
        assert not first.weights.requires_grad

    def test_one_token_and_a_batch_of_one(self, kind):
        model, ids = tiny(kind), some_ids(1)
        found = capture(model, ids)
        assert torch.equal(found.weights, torch.ones_like(found.weights))
        assert torch.equal(capture(model, ids[None]).hidden, found.hidden)

    def test_half_precision_stays_half(self, kind):
        found = capture(tiny(kind).bfloat16(), some_ids())
        assert {found.weights.dtype, found.scores.dtype, found.values.dtype} == {torch.bfloat16}


@needs_transformers
def test_rotated_and_grouped_keys_are_those_of_the_product():
    found = capture(tiny("llama"), some_ids())
    assert found.keys.shape == (N_LAYERS, 6, 11, 4)
    assert torch.equal(found.keys[:, 0], found.keys[:, 2])
    assert not torch.equal(found.keys[:, 2], found.keys[:, 3])
    first = capture(tiny("llama"), torch.full((11,), 7)).keys[0, 0]
    assert not torch.allclose(first[0], first[5])  # the same word, turned by its position


@needs_transformers
def test_a_sliding_window_is_a_mask():
    import transformers

    sizes = {"hidden_size": 20, "num_attention_heads": 5, "num_key_value_heads": 5}
    config = transformers.MistralConfig(
        vocab_size=53, intermediate_size=17, num_hidden_layers=2, sliding_window=3, **sizes
    )
    model = transformers.AutoModel.from_config(config, attn_implementation="eager").eval()
    seen = capture(model, some_ids()).weights > 0
    assert seen.sum(-1)[0, 0].tolist() == [1, 2] + [3] * 9


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batched", [True, False])
def test_one_layer_of_torch(batch_first, bias, batched):
    torch.manual_seed(1)
    layer = nn.MultiheadAttention(20, 5, batch_first=batch_first, bias=bias, dropout=0.5)
    if bias:
        nn.init.normal_(layer.in_proj_bias)
    states = torch.randn(11, 20)
    given = (states[None] if batch_first else states[:, None]) if batched else states
    found = capture(layer, given)
    assert layer.training
    output, own = layer.eval()(states, states, states, average_attn_weights=False)
    torch.testing.assert_close(found.weights[0], own, atol=1e-5, rtol=0)
    torch.testing.assert_close(found.scores.softmax(-1), found.weights, atol=1e-5, rtol=0)
    weights, read = attended(found)
    torch.testing.assert_close(weights, found.weights, atol=1e-5, rtol=0)
    joined = layer.out_proj(read[0].transpose(0, 1).flatten(1))
    torch.testing.assert_close(joined, output, atol=1e-5, rtol=0)
    torch.testing.assert_close(found.hidden, torch.stack([states, output]))
    assert not found.weights.requires_grad
    assert found.queries.shape[1] == N_HEADS
