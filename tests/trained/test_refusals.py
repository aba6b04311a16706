"""What can't be captured is refused in a sentence that says why and what to do."""

import pytest
import torch
from torch import nn

from attnkit.trained import capture
from tests.trained.models import LONGEST, needs_transformers, some_ids, tiny

WRONG_IDS = {
    "integers": some_ids().float(),
    "one passage": some_ids(22).reshape(2, 11),
    "one token at least": some_ids(0),
    "vocabulary, 0 to 52, got 3 to 53: this tokenizer": torch.tensor([3, 53]),
    "vocabulary, 0 to 52, got -1": torch.tensor([3, -1]),
    f"at most {LONGEST}, which the model reads, got {LONGEST + 1}": some_ids(LONGEST + 1),
}


@needs_transformers
@pytest.mark.parametrize("kind", ["bert", "gpt2", "llama"])
@pytest.mark.parametrize("said", WRONG_IDS)
def test_tokens_that_do_not_fit(kind, said):
    with pytest.raises((TypeError, ValueError), match=f"^tokens must .*{said}"):
        capture(tiny(kind), WRONG_IDS[said])


@needs_transformers
def test_a_table_of_positions_that_begins_after_its_padding():
    import transformers

    sizes = {"hidden_size": 20, "num_attention_heads": 5, "num_hidden_layers": 1}
    config = transformers.RobertaConfig(
        vocab_size=53, intermediate_size=17, max_position_embeddings=13, **sizes
    )
    model = transformers.AutoModel.from_config(config, attn_implementation="eager")
    assert capture(model, some_ids(11).clamp(2)).weights.shape[-1] == 11
    with pytest.raises(ValueError, match="at most 11"):
        capture(model, some_ids(12).clamp(2))


@needs_transformers
def test_attention_that_keeps_no_weights():
    with pytest.raises(ValueError, match=r"^model must be loaded with attn_impl.*got 'sdpa'"):
        capture(tiny("bert", attention="sdpa"), some_ids())


@needs_transformers
def test_a_model_without_an_eager_function_of_its_own():
    with pytest.raises(ValueError, match="GPT2Model made no call"):
        capture(tiny("gpt2", reorder_and_upcast_attn=True), some_ids())


@needs_transformers
def test_an_encoder_with_a_decoder():
    import transformers

    sizes = {"d_model": 20, "encoder_attention_heads": 5, "decoder_attention_heads": 5}
    layers = {"encoder_layers": 1, "decoder_layers": 1, "vocab_size": 53}
    ends = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "forced_eos_token_id": 2}
    config = transformers.BartConfig(**sizes, **layers, **ends, decoder_start_token_id=2)
    model = transformers.AutoModel.from_config(config, attn_implementation="eager")
    with pytest.raises(ValueError, match="encoder with a decoder"):
        capture(model, some_ids())


@needs_transformers
def test_a_cap_on_the_scores_is_seen():
    import transformers

    sizes = {"hidden_size": 20, "num_attention_heads": 5, "num_key_value_heads": 5, "head_dim": 4}
    config = transformers.Gemma2Config(
        vocab_size=53,
        intermediate_size=17,
        num_hidden_layers=1,
        attn_logit_softcapping=0.01,
        **sizes,
    )
    model = transformers.AutoModel.from_config(config, attn_implementation="eager")
    nn.init.normal_(model.layers[0].self_attn.q_proj.weight)
    with pytest.raises(ValueError, match=r"weights of layer 0 are up to .* away"):
        capture(model, some_ids())


@needs_transformers
def test_a_model_of_pictures():
    import transformers

    sizes = {"hidden_size": 20, "num_attention_heads": 5, "num_hidden_layers": 1}
    config = transformers.ViTConfig(intermediate_size=17, image_size=4, patch_size=2, **sizes)
    model = transformers.AutoModel.from_config(config, attn_implementation="eager")
    with pytest.raises(ValueError, match="must read the tokens of a vocabulary, but ViTModel"):
        capture(model, some_ids())


@needs_transformers
def test_layers_of_several_shapes():
    model = tiny("bert")
    model.encoder.layer[1].attention.self.attention_head_size = 2
    with pytest.raises(ValueError, match=r"layers of one shape .*\(5, 11, 4\), \(10, 11, 2\)"):
        capture(model, some_ids())


def test_one_layer_is_not_called_layers():
    seen = capture(nn.MultiheadAttention(6, 2), torch.ones(5, 6))
    assert repr(seen) == "Capture of 5 tokens in 1 layer of 2 heads"


def test_other_models():
    with pytest.raises(TypeError, match=r"^model must be a model of transformers or an nn"):
        capture(nn.Linear(3, 3), torch.ones(5, 3))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kdim": 7}, "read keys and values of its own width 20, got kdim=7, vdim=20"),
        ({"add_bias_kv": True}, "no add_bias_kv"),
        ({"add_zero_attn": True}, "no add_bias_kv and no add_zero_attn"),
    ],
)
def test_layers_that_read_more_than_their_input(settings, said):
    with pytest.raises(ValueError, match=f"^model must .*{said}"):
        capture(nn.MultiheadAttention(20, 5, **settings), torch.ones(11, 20))


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (torch.ones(11, 20).long(), "hold states .* got torch.int64"),
        (torch.ones(11, 20).double(), "float32, got torch.float64"),
        (torch.ones(11, 19), "got \\(11, 19\\)"),
        (torch.ones(0, 20), "at least one token"),
        (torch.ones(11, 3, 20), "one passage .* got 3"),
        (torch.ones(20), "got \\(20,\\)"),
    ],
)
def test_states_that_do_not_fit_a_layer(states, said):
    with pytest.raises((TypeError, ValueError), match=f"^tokens must .*{said}"):
        capture(nn.MultiheadAttention(20, 5), states)
