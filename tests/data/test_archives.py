"""Series on request: fetched once from a file that plays the network, known again afterwards."""

import hashlib
import io
import socket
import zipfile

import numpy as np
import pytest
import torch

from attnkit.data import archives, downloads, ford_a, heartbeats, pins
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


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def trusted(path):
    """Say that a file is trusted as it is."""
    return {path.name: sha256(path.read_bytes())}


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
    monkeypatch.setattr(pins, "FORD_A_BLOBS", blobs)
    with zipfile.ZipFile(folder / "beats.zip") as archive:
        digests = {part: sha256(archive.read(f"mitbih_{part}.csv")) for part in ("train", "test")}
    monkeypatch.setattr(pins, "HEARTBEATS_SHA256", digests)
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
def test_the_second_reading_needs_no_server_and_nothing_else_is_kept(server, tmp_path, load):
    folder = tmp_path / "here"
    first = load(folder, download=True)
    assert {path.name for path in folder.iterdir()} in (
        {"heartbeat.zip"},
        {"FordA_TRAIN.tsv", "FordA_TEST.tsv"},
    )
    for file in server.iterdir():
        file.unlink()
    again = load(folder)
    assert all(torch.equal(a.series, b.series) for a, b in zip(first, again, strict=True))


@loaders
def test_a_file_that_changed_is_refused_until_it_is_trusted(server, tmp_path, load):
    """One number of the test part is another, and the zip is as good as the first."""
    first = load(tmp_path / "here", download=True)
    path = changed(tmp_path / "here" / HOSTED[load][1])
    with pytest.raises(ValueError, match=r"is not the file that attnkit knows") as refused:
        load(tmp_path / "here", download=True)
    assert f'sha256={{"{path.name}": "{sha256(path.read_bytes())}"}}' in str(refused.value)
    _, test = load(tmp_path / "here", sha256=trusted(path))
    assert (test.series != first[1].series).sum() == 1
    with pytest.raises(ValueError, match=r"is not the file that attnkit knows"):
        load(tmp_path / "here", sha256={path.name: 64 * "0"})


def changed(path):
    """Write another number into the file, or into the member, of the test part; return its path."""
    if path.suffix == ".tsv":
        path.write_text(path.read_text().replace("0.142857143", "0.25"))
        return path
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["mitbih_test.csv"] = members["mitbih_test.csv"].replace(b"0.142857143", b"0.25")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


HOSTED = {ford_a: ("FordA_TEST.tsv", "FordA_TEST.tsv"), heartbeats: ("beats.zip", "heartbeat.zip")}
"""What the host calls the file of the test part, and what it is called here."""


@loaders
def test_a_host_that_sends_another_file_is_trusted_by_its_digest_alone(server, tmp_path, load):
    there, here = HOSTED[load]
    digest = sha256(changed(server / there).read_bytes())
    with pytest.raises(ConnectionError, match=rf"does not know, of SHA-256 {digest}"):
        load(tmp_path / "here", download=True)
    assert not (tmp_path / "here" / here).exists()
    assert len(load(tmp_path / "here", download=True, sha256={here: digest})) == 2


def test_a_zip_packed_anew_is_known_by_its_members(server, tmp_path):
    with (
        zipfile.ZipFile(server / "beats.zip") as old,
        zipfile.ZipFile(tmp_path / "heartbeat.zip", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert (tmp_path / "heartbeat.zip").read_bytes() != (server / "beats.zip").read_bytes()
    assert len(heartbeats(tmp_path)[0].labels) == 7


@loaders
def test_offline_says_what_to_do_and_leaves_nothing(server, tmp_path, load):
    for file in server.iterdir():
        file.unlink()
    with pytest.raises(ConnectionError, match=r"could not fetch file:.*put .* yourself"):
        load(tmp_path / "here", download=True)
    assert list((tmp_path / "here").iterdir()) == []


def test_the_pinned_files_may_be_put_there_by_hand(server):
    assert len(ford_a(server)[0].labels) == 3
    (server / "beats.zip").rename(server / "heartbeat.zip")
    assert len(heartbeats(server)[1].labels) == 5


@pytest.mark.parametrize("text", ["", "1\t2", "1\tx", "\0", "1\t" + "\t".join(["nan"] * 500)])
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_damaged_ford_a_is_named(server, text):
    path = server / "FordA_TRAIN.tsv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"FordA_TRAIN\.tsv (is damaged|must hold)"):
        ford_a(server, sha256=trusted(path))


def test_unknown_labels_and_damaged_zips_are_named(server):
    text = lines(2, 500, [0, 1], delimiter="\t", label_first=True)
    path = server / "FordA_TEST.tsv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"FordA_TEST\.tsv must have labels among \(-1, 1\)"):
        ford_a(server, sha256=trusted(path))
    beats = server / "heartbeat.zip"
    beats.write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match=r"heartbeat\.zip is damaged"):
        heartbeats(server, sha256=trusted(beats))
    with zipfile.ZipFile(beats, "w") as archive:
        archive.writestr("other.csv", "1")
    with pytest.raises(ValueError, match=r"heartbeat\.zip is damaged"):
        heartbeats(server, sha256=trusted(beats))


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
    with pytest.raises(ConnectionError, match=r"does not know, of SHA-256"):
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


@pytest.mark.parametrize(("place", "value"), [(6, 1), (8, 99)], ids=["encrypted", "unknown"])
def test_a_zip_that_cannot_be_unpacked_is_named(server, place, value):
    """The general flag of encryption, and a compression method that no one has."""
    data = bytearray((server / "beats.zip").read_bytes())
    start = data.index(b"PK\x01\x02")
    data[start + place + 2] = value
    data[place] = value
    path = server / "heartbeat.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(ValueError, match=r"is not the file that attnkit knows"):
        heartbeats(server)
    with pytest.raises(ValueError, match=r"heartbeat\.zip is damaged"):
        heartbeats(server, sha256=trusted(path))
