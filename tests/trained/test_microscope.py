"""The microscope: what is stored is the encoder's, and a sentence of the reader's own is taken."""

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.explore.lettering import spelt
from attnkit.trained import presets
from attnkit.trained.figures.microscope import MICROSCOPE, maps
from tests.trained.models import needs_encoder

OWN = "Herons wait."


def head_of(layer, head, place=0):
    """Weights (query, key) of a head, counted from 1, on a preset."""
    return presets.read(presets.PRESETS[place])[1].softmax(-1)[layer - 1, head - 1]


@needs_encoder
@pytest.mark.parametrize("text", presets.PRESETS)
def test_the_presets_are_what_the_encoder_gives(text):
    (words, scores), (stored_words, stored) = presets.measured(text), presets.read(text)
    assert words == stored_words
    assert len(words) == presets.LONGEST
    torch.testing.assert_close(stored, scores, rtol=1e-3, atol=2e-3)


@pytest.mark.parametrize("place", range(3))
def test_the_heads_that_the_caption_names(place):
    assert head_of(1, 3, place).diagonal(-1).mean() > 0.9
    assert head_of(2, 9, place).diagonal(1).mean() > 0.5
    assert head_of(3, 10)[2, 9] > 0.5  # from bank to bank


@pytest.mark.parametrize("mechanism", ["entmax", "sparsemax"])
def test_a_sparse_map_feeds_the_sink_where_there_is_one(mechanism):
    fed = []
    for text in presets.PRESETS:
        scores = presets.read(text)[1]
        sinks = scores.softmax(-1)[..., 0].mean(-1) > 0.5
        sparse = maps()[mechanism].of_scores(scores)[..., 0].mean(-1)
        fed.append(float((sparse - scores.softmax(-1)[..., 0].mean(-1))[sinks].mean()))
    assert min(fed) > 0.05


def test_what_is_shown_is_one_head_one_row_and_its_sums():
    values = MICROSCOPE.compute(layer=4, head=5, query=3, mechanism="sigmoid attention")
    own = head_of(4, 5)
    np.testing.assert_allclose(values["weights"], own.numpy())
    np.testing.assert_allclose(values["row"], own[2].numpy())
    assert values["entropy"] == pytest.approx(-(own[2] * own[2].log()).sum().item())
    assert values["sink"] == pytest.approx(own[:, 0].mean().item())
    assert values["other_sum"] == pytest.approx(values["other"].sum())
    assert values["other_support"] == 12
    assert [*spelt(values["words"]).values()][:3] == ["[CLS]", "the", "bank"]


def test_every_map_with_a_card_can_be_put_beside_it():
    assert {"softmax", "entmax", "sigmoid attention"} <= set(maps())
    for name in maps():
        values = gallery()["microscope"].compute(mechanism=name)
        assert values["low"] <= np.nanmin(values["other"])
        assert np.nanmax(values["other"]) <= values["high"]


def test_a_mechanism_that_has_no_card():
    with pytest.raises(ValueError, match="mechanism must be one of softmax, entmax"):
        MICROSCOPE.compute(mechanism="attention with love")


@needs_encoder
def test_a_sentence_of_the_readers_own():
    live = MICROSCOPE.show(passage=OWN)
    values = live.values
    assert [*spelt(values["words"]).values()] == ["[CLS]", "heron", "##s", "wait", ".", "[SEP]"]
    assert values["end"] == 6.5
    assert np.isnan(values["row"][6:]).all()
    assert np.isfinite(values["weights"][:6, :6]).all()
    live.params = {"query": 9}
    assert np.isnan(live.values["entropy"])
    with pytest.raises(ValueError, match="passage must have 1 to 10 tokens, got 11: a a a"):
        live.params = {"passage": "a " * 11}
    with pytest.raises(ValueError, match="passage must have 1 to 10 tokens, got 0"):
        live.params = {"passage": ""}


def test_without_the_encoder_the_presets_stay(monkeypatch):
    def missing():
        raise ModuleNotFoundError("encoder() found no all-MiniLM-L6-v2 on this machine")

    monkeypatch.setattr(presets, "encoder", missing)
    assert MICROSCOPE.compute()["end"] == 12.5
    with pytest.raises(ValueError, match="only the three passages listed, or encoder"):
        MICROSCOPE.compute(passage="Another sentence of mine.")


@pytest.mark.parametrize(
    ("name", "value"), [("layer", 0), ("layer", 7), ("head", 13), ("query", 13), ("query", 1.5)]
)
def test_a_head_or_a_row_that_is_not_there(name, value):
    with pytest.raises(ValueError, match=rf"^{name} must be one of \(1, 2, .*got {value}$"):
        gallery()["microscope"].compute(**{name: value})
