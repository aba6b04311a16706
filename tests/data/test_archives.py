"""Series on request: fetched once from a file that plays the network, known again afterwards."""

import hashlib
import io
import json
import socket
import zipfile

import numpy as np
import pytest
import torch

from attnkit.data import archives, downloads, ford_a, heartbeats
from attnkit.data.downloads import git_blob


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was asked for something")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def lines(n_rows, n_numbers, labels, *, delimiter, label_first):
    numbers = np.arange(n_rows * n_numbers).reshape(n_rows, n_numbers) / 7
    column = np.resize(labels, n_rows)[:, None]
    rows = np.hstack([column, numbers] if label_first else [numbers, column])
    return "\n".join(delimiter.join(f"{x:.9g}" for x in row) for row in rows)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A folder that plays both hosts."""
    folder = tmp_path / "server"
    folder.mkdir()
    for part, n in (("TRAIN", 3), ("TEST", 2)):
        text = lines(n, 500, [-1, 1], delimiter="\t", label_first=True)
        (folder / f"FordA_{part}.tsv").write_text(text)
    with zipfile.ZipFile(folder / "beats.zip", "w") as archive:
        for part, n in (("train", 7), ("test", 5)):
            text = lines(n, 187, [0, 1, 2, 3, 4], delimiter=",", label_first=False)
            archive.writestr(f"mitbih_{part}.csv", text)
    monkeypatch.setattr(archives, "FORD_A_ROWS", {"TRAIN": 3, "TEST": 2})
    monkeypatch.setattr(archives, "HEARTBEATS_ROWS", {"train": 7, "test": 5})
    blobs = {part: git_blob(folder / f"FordA_{part}.tsv") for part in ("TRAIN", "TEST")}
    monkeypatch.setattr(archives, "FORD_A_BLOBS", blobs)
    monkeypatch.setattr(archives, "FORD_A", folder.as_uri() + "/")
    monkeypatch.setattr(archives, "HEARTBEATS", (folder / "beats.zip").as_uri())
    return folder


LOADERS = {"ford_a": ford_a, "heartbeats": heartbeats}
loaders = pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)


def test_ford_a_is_two_parts_with_the_label_in_front(server, tmp_path):
    train, test = ford_a(tmp_path / "new" / "folder", download=True)
    assert train.series.shape == (3, 500, 1)
    assert test.series.shape == (2, 500, 1)
    assert train.series[1, 2, 0].item() == pytest.approx(502 / 7)
    assert train.labels.tolist() == [-1, 1, -1]
    assert train.series.dtype == torch.float32


def test_heartbeats_are_two_parts_with_the_label_behind(server, tmp_path):
    train, test = heartbeats(tmp_path / "h", download=True)
    assert train.series.shape == (7, 187, 1)
    assert test.labels.tolist() == [0, 1, 2, 3, 4]
    assert train.series[1, 0, 0].item() == pytest.approx(187 / 7)


@loaders
def test_nothing_is_fetched_unless_asked_for(server, tmp_path, load):
    with pytest.raises(FileNotFoundError, match="download=True fetches it from file:"):
        load(tmp_path / "empty")
    assert not (tmp_path / "empty").exists()


@loaders
def test_checksums_are_recorded_and_the_second_reading_needs_no_server(server, tmp_path, load):
    folder = tmp_path / "here"
    first = load(folder, download=True)
    record = json.loads((folder / "checksums.json").read_text())
    for name, checksum in record.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum
    assert len(record) == len(list(folder.iterdir())) - 1
    for file in server.iterdir():
        file.unlink()
    again = load(folder)
    assert all(torch.equal(a.series, b.series) for a, b in zip(first, again, strict=True))


@loaders
def test_a_file_that_changed_is_refused(server, tmp_path, load):
    load(tmp_path / "here", download=True)
    for name in ("FordA_TEST.tsv", "heartbeat.zip"):
        path = tmp_path / "here" / name
        if path.exists():
            path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="has changed since it was fetched"):
        load(tmp_path / "here", download=True)


@loaders
def test_offline_says_what_to_do_and_leaves_nothing(server, tmp_path, load):
    for file in server.iterdir():
        file.unlink()
    with pytest.raises(ConnectionError, match=r"could not fetch file:.*put .* yourself"):
        load(tmp_path / "here", download=True)
    assert list((tmp_path / "here").iterdir()) == []


def test_files_of_ones_own_need_no_record(server, tmp_path):
    assert len(ford_a(server)[0].labels) == 3
    (server / "beats.zip").rename(server / "heartbeat.zip")
    assert len(heartbeats(server)[1].labels) == 5


def test_a_damaged_record_is_named(server):
    (server / "checksums.json").write_text("[1]")
    with pytest.raises(ValueError, match=r"checksums\.json is damaged"):
        ford_a(server)


@pytest.mark.parametrize("text", ["", "1\t2", "1\tx", "\0", "1\t" + "\t".join(["nan"] * 500)])
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_damaged_ford_a_is_named(server, text):
    (server / "FordA_TRAIN.tsv").write_text(text)
    with pytest.raises(ValueError, match=r"FordA_TRAIN\.tsv"):
        ford_a(server)


def test_unknown_labels_and_damaged_zips_are_named(server):
    text = lines(2, 500, [0, 1], delimiter="\t", label_first=True)
    (server / "FordA_TEST.tsv").write_text(text)
    with pytest.raises(ValueError, match=r"FordA_TEST\.tsv must have labels among \(-1, 1\)"):
        ford_a(server)
    (server / "heartbeat.zip").write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match=r"heartbeat\.zip is damaged"):
        heartbeats(server)
    with zipfile.ZipFile(server / "heartbeat.zip", "w") as archive:
        archive.writestr("other.csv", "1")
    with pytest.raises(ValueError, match=r"heartbeat\.zip is damaged"):
        heartbeats(server)


def answers(monkeypatch, body, *, announced=None):
    """A host that sends these bytes, and says that so many were to come."""

    class Answer(io.BytesIO):
        headers = {} if announced is None else {"Content-Length": str(announced)}

    monkeypatch.setattr(downloads, "urlopen", lambda *_, **__: Answer(body))


@loaders
@pytest.mark.parametrize("announce", [True, False], ids=["with length", "without length"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_download_that_breaks_off_leaves_nothing(
    server, tmp_path, monkeypatch, load, share, announce
):
    """Cut in the middle or within the last number: neither kept, nor recorded as the truth."""
    whole = (server / ("beats.zip" if load is heartbeats else "FordA_TRAIN.tsv")).read_bytes()
    answers(monkeypatch, whole[: int(share * len(whole))], announced=len(whole) * announce or None)
    with pytest.raises(ConnectionError, match=r"could not fetch|did not send"):
        load(tmp_path / "here", download=True)
    assert list((tmp_path / "here").iterdir()) == []
    answers(monkeypatch, whole)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "here")


@loaders
def test_a_page_that_answers_in_place_of_the_file_is_not_kept(tmp_path, monkeypatch, load):
    answers(monkeypatch, b"<!doctype html><title>Log in</title>")
    with pytest.raises(ConnectionError, match=r"yourself"):
        load(tmp_path / "here", download=True)
    assert list((tmp_path / "here").iterdir()) == []


def test_another_file_of_the_right_shape_is_not_kept(server, tmp_path, monkeypatch):
    text = (server / "FordA_TRAIN.tsv").read_text().replace("0.142857143", "0.142857144")
    answers(monkeypatch, text.encode(), announced=len(text))
    with pytest.raises(ConnectionError, match=r"not the file with git blob id"):
        ford_a(tmp_path / "here", download=True)


def test_a_file_of_ones_own_must_hold_all_rows(server, monkeypatch):
    monkeypatch.setattr(archives, "FORD_A_ROWS", {"TRAIN": 5, "TEST": 2})
    with pytest.raises(ValueError, match=r"must hold 5 rows of 501 .*delete .*FordA_TRAIN"):
        ford_a(server)


def test_a_blob_id_is_git_s(tmp_path):
    """The empty file's id is one that git users know by heart."""
    (tmp_path / "empty").write_bytes(b"")
    assert git_blob(tmp_path / "empty") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="folder must be a folder"):
        ford_a(tmp_path / "file", download=True)


def test_a_record_of_the_wrong_kind_is_named(server):
    (server / "checksums.json").write_text('{"FordA_TRAIN.tsv": 3}')
    with pytest.raises(ValueError, match=r"checksums\.json is damaged"):
        ford_a(server)


@pytest.mark.parametrize(("place", "value"), [(6, 1), (8, 99)], ids=["encrypted", "unknown"])
def test_a_zip_that_cannot_be_unpacked_is_named(server, place, value):
    """The general flag of encryption, and a compression method that no one has."""
    data = bytearray((server / "beats.zip").read_bytes())
    start = data.index(b"PK\x01\x02")
    data[start + place + 2] = value
    data[place] = value
    (server / "heartbeat.zip").write_bytes(bytes(data))
    with pytest.raises(ValueError, match=r"heartbeat\.zip is damaged"):
        heartbeats(server)
