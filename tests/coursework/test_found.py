"""Notebooks are found as learning platforms leave them: in folders of folders, and in archives."""

import io
import os
import zipfile

import pytest

from attnkit.coursework.handout import HandoutError, archives, found
from attnkit.coursework.handout.found import looked_through, notebooks_in, text_of

MOODLE = "Ana Núñez_12345_assignsubmission_file_/icl.ipynb"
CANVAS = "nunezana_LATE_12345_67890_icl-1.ipynb"
NBGRADER = "submitted/ben/icl/icl.ipynb"
LEFT_OUT = (".ipynb_checkpoints/icl-checkpoint.ipynb", "__MACOSX/._icl.ipynb", "a/._icl.ipynb")


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "in"
    for name in (MOODLE, CANVAS, NBGRADER, *LEFT_OUT):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


def names(paths, folder):
    return {os.path.relpath(str(path), folder) for path in paths}


def test_folders_of_folders_are_gone_through_and_what_is_hidden_is_not(handed_in):
    assert names(notebooks_in([str(handed_in)]), handed_in) == {MOODLE, CANVAS, NBGRADER}


def test_links_that_lead_round_or_to_the_same_folder_give_each_notebook_once(handed_in):
    (handed_in / "submitted" / "round").symlink_to(handed_in)
    (handed_in / "submitted" / "zoe").symlink_to(handed_in / "submitted" / "ben")
    (handed_in / "gone").symlink_to(handed_in / "nowhere")
    assert len(notebooks_in([str(handed_in), str(handed_in / "submitted")])) == 3


@pytest.fixture
def archive(handed_in, tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in (MOODLE, CANVAS, *LEFT_OUT, "../../escaped.ipynb", "readme.txt"):
            packed.writestr(name, name)
    return path


@pytest.mark.parametrize("whole_folder", [True, False])
def test_an_archive_is_a_folder_of_which_nothing_is_unpacked(archive, tmp_path, whole_folder):
    (tmp_path / "in").rename(tmp_path / ".aside")
    before = sorted(tmp_path.rglob("*"))
    paths = notebooks_in([str(tmp_path if whole_folder else archive)])
    assert names(paths, archive) == {MOODLE, CANVAS}
    assert {text_of(path) for path in paths} == {MOODLE, CANVAS}
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_without_a_notebook_and_what_is_none_are_told_in_their_turn(tmp_path):
    empty, broken = tmp_path / "empty.zip", tmp_path / "broken.zip"
    with zipfile.ZipFile(empty, "w") as packed:
        packed.writestr("essay.docx", "words")
    broken.write_text("PK")
    assert notebooks_in([str(tmp_path)]) == [broken, empty]


def test_what_is_larger_than_any_notebook_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(found, "LARGEST", 1000)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.ipynb", "0" * 10**6)
    (tmp_path / "b.ipynb").write_text("0" * 1001)
    for path in notebooks_in([str(tmp_path)]):
        with pytest.raises(
            HandoutError, match=r"[ab]\.ipynb is no valid notebook any more \(it has"
        ):
            text_of(path)


def packed(**files):
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return inside.getvalue()


def test_an_archive_in_the_platforms_archive_is_a_folder_too(tmp_path, monkeypatch):
    one = packed(**{"a/icl.ipynb": "{}", "essay.pdf": ""})
    files = {"Zoë_1_assignsubmission_file/HW.ZIP": one, "B_2_assignsubmission_file/x.rar": b"Rar!"}
    files |= {"C_3_assignsubmission_file/hw.zip": b"PK", "D_4_assignsubmission_file/E.IPYNB": "{}"}
    outer = tmp_path / "all.zip"
    outer.write_bytes(packed(**files))
    notebooks, passed_over = looked_through([str(tmp_path)])
    assert names(notebooks, outer) == {
        "Zoë_1_assignsubmission_file/HW.ZIP/a/icl.ipynb",
        *list(files)[1:],
    }
    assert names(passed_over, outer) == {"Zoë_1_assignsubmission_file/HW.ZIP/essay.pdf"}
    assert [text_of(path) for path in notebooks if str(path).endswith("icl.ipynb")] == ["{}"]
    monkeypatch.setattr(archives, "LARGEST", 10)
    assert f"{outer}/{next(iter(files))}" in map(str, notebooks_in([str(outer)]))


def test_archives_in_archives_are_opened_only_so_deep(tmp_path):
    content = packed(**{"icl.ipynb": "{}"})
    for _ in range(9):
        content = packed(**{"a.zip": content})
    (tmp_path / "a.zip").write_bytes(content)
    (path,) = notebooks_in([str(tmp_path)])
    assert str(path) == f"{tmp_path}/a.zip/a.zip/a.zip/a.zip"


def test_an_archive_that_is_not_read_says_so(tmp_path):
    (tmp_path / "work.tar.gz").write_bytes(b"x")
    (path,) = notebooks_in([str(tmp_path)])
    with pytest.raises(HandoutError, match=r"work\.tar\.gz is an archive of a kind that is not"):
        text_of(path)
