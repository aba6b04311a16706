"""A pass whose layers read other weights or values than their own."""

import pytest
import torch
from torch import nn

from attnkit.trained import capture, intervene
from tests.trained.models import KINDS, N_LAYERS, needs_transformers, some_ids, tiny

pytestmark = needs_transformers


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changed_is_the_models_own_pass(kind):
    model, ids, heard = tiny(kind), some_ids(), []
    kept = intervene(model, ids, lambda layer, made: heard.append(layer))
    same = intervene(model, ids, lambda layer, made: (made.weights, made.values))
    assert heard == list(range(N_LAYERS))
    torch.testing.assert_close(kept, capture(model, ids).hidden, atol=0, rtol=0)
    torch.testing.assert_close(same, kept, atol=1e-5, rtol=1e-5)


def test_a_layer_that_reads_nothing_adds_its_bias_and_no_more():
    model, ids = tiny("gpt2"), some_ids()
    for block in model.h:
        nn.init.zeros_(block.mlp.c_proj.weight)
        nn.init.ones_(block.attn.c_proj.bias)
    hidden = intervene(model, ids, lambda layer, made: (0 * made.weights, made.values))
    torch.testing.assert_close(hidden[1] - hidden[0], torch.ones_like(hidden[0]))


def test_only_the_chosen_layer_changes():
    model, ids = tiny("bert"), some_ids()

    def without_first(layer, made):
        if layer == 1:
            return made.weights.index_fill(-1, torch.tensor([0]), 0.0), made.values

    own, changed = capture(model, ids).hidden, intervene(model, ids, without_first)
    assert torch.equal(changed[:2], own[:2])
    assert (changed[2] - own[2]).abs().max() > 0.01


@pytest.mark.parametrize("part", [0, 1])
def test_other_shapes_are_refused(part):
    def cut(layer, made):
        pair = [made.weights, made.values]
        pair[part] = pair[part][..., :-1]
        return pair

    with pytest.raises(ValueError, match="change must return weights and values of shapes"):
        intervene(tiny("bert"), some_ids(), cut)


def test_other_models_are_refused():
    with pytest.raises(TypeError, match="model must be a model of transformers, got Linear"):
        intervene(nn.Linear(3, 3), some_ids(), lambda layer, made: None)
