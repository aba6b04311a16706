"""A new mechanism is files that are added: nothing that exists is edited, nothing forgotten."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

from tests.package.newcomer import FILES

ROOT = Path(__file__).parents[2]
COPIED = ("attnkit", "book", "tests", "results", "teacher")
pytestmark = pytest.mark.xdist_group("newcomer")  # one copy and one build for all
CONTENTS = {
    "format": "jb-book",
    "root": "book/claims",
    "parts": [
        {"caption": "Start", "chapters": [{"file": "book/bibliography"}]},
        {"caption": "Reference", "chapters": [{"file": "book/api/further_rooms"}]},
        {"caption": "In a course", "chapters": [{"file": "book/teaching/index"}]},
    ],
}
TELL = """
import json
from attnkit.coursework import find_set, find_task
from attnkit.coursework.catalogue import exercise_number
from attnkit.claims import claims
from attnkit.explore import gallery
shown = {
    "figure": gallery()["thin-lens"].title, "listed": "thin-lens" in list(gallery()),
    "claim": claims()["two-focal-lengths"](), "set": [t.name for t in find_set("optics").tasks],
    "number": exercise_number(find_task("why-twice")),
}
print(json.dumps(shown))
"""


class House:
    """A copy of the package and the book into which a newcomer has been dropped."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in COPIED:
            ignored = shutil.ignore_patterns("_build", "__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name, text in FILES.items():
            path = folder / name
            assert not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).lstrip("\n"))

    def run(self, *command):
        settings = os.environ | {"PYTHONPATH": str(self.folder), "OMP_NUM_THREADS": "1"}
        return subprocess.run(
            command, cwd=self.folder, env=settings, capture_output=True, text=True, check=False
        )

    def build(self):
        """Build the site without the chapters of the other rooms, which would take minutes."""
        settings = yaml.safe_load((self.folder / "book/_config.yml").read_text())
        others = [page.parent.name for page in self.folder.glob("attnkit/*/room.toml")]
        gone = [f"book/{room}/*" for room in others if room != "optics"]
        gone += ["book/a_real_model", "book/one_map"]
        settings["sphinx"]["config"] |= {"attnkit_leave_out": gone, "attnkit_wheel": False}
        (self.folder / "small.yml").write_text(yaml.safe_dump(settings))
        (self.folder / "small_toc.yml").write_text(yaml.safe_dump(CONTENTS))
        command = Path(sys.executable).with_name("jupyter-book")
        return self.run(
            command,
            "build",
            ".",
            "--path-output",
            "book",
            "--config",
            "small.yml",
            "--toc",
            "small_toc.yml",
        )

    def page(self, name):
        return (self.folder / "book/_build/html" / f"{name}.html").read_text()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def site(house):
    built = house.build()
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return house


def test_gallery_ledger_and_problem_set_have_it(house):
    told = house.run(sys.executable, "-c", TELL)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "figure": "A lens",
        "listed": True,
        "claim": {"place": 2.0},
        "set": ["why-twice"],
        "number": "90.1",
    }


def test_the_contents_have_its_room_and_its_page(site):
    contents = site.page("book/claims")
    assert "How is light bent?" in contents
    assert 'href="optics/lens/chapter.html"' in contents


def test_its_page_has_the_figure_the_claim_and_the_exercise(site):
    page = site.page("book/optics/lens/chapter")
    assert 'data-name="thin-lens"' in page
    assert "Exercise 90.1: Why twice?" in page
    assert "at twice the focal length is seen" in page


def test_the_ledger_of_claims_has_it(site):
    page = site.page("book/claims")
    assert "two-focal-lengths" in page
    assert "tests/optics/lens/test_gauss.py::test_twice_is_twice" in re.sub("<[^>]+>", "", page)


def test_the_api_has_its_names(site):
    page = site.page("book/api/further_rooms")
    assert 'id="attnkit.optics.focus"' in page
    assert 'id="attnkit.optics.lens.magnification"' in page
    assert 'id="attnkit.optics.lens.focus"' not in page  # its room exports it


def test_the_bibliography_has_its_source(site):
    assert "Dioptrische Untersuchungen" in site.page("book/bibliography")


def test_the_teaching_pages_have_its_page(site):
    assert "Bring a candle." in site.page("book/optics/lens/teach")
    assert "Teaching: The thin lens" in site.page("book/teaching/index")


def test_a_broken_card_is_told_with_what_is_missing_and_where(house):
    written, told = "order = 1\n", "attnkit/optics/lens/card.toml: order is missing"
    card = house.folder / "attnkit/optics/lens/card.toml"
    whole = card.read_text()
    card.write_text(whole.replace(written, ""))
    try:
        listed = house.run(sys.executable, "-m", "attnkit", "coursework", "list")
        built = house.build()
    finally:
        card.write_text(whole)
    assert listed.returncode != 0
    assert told in listed.stderr
    assert built.returncode != 0
    assert told in built.stdout + built.stderr


def test_a_room_without_its_file_is_told(house):
    about = house.folder / "attnkit/optics/room.toml"
    whole = about.read_text()
    about.unlink()
    try:
        told = house.run(sys.executable, "-c", TELL)
    finally:
        about.write_text(whole)
    assert "attnkit/optics/room.toml is missing; it must say part, question" in told.stderr
