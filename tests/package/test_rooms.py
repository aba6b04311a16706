"""A room's own file: what it lacks is told with its place; exercises in print come first."""

import sys

import pytest

import attnkit
from attnkit.coursework import find_set
from attnkit.coursework.catalogue import exercise_number
from attnkit.rooms import room, rooms

ABOUT = """part = 7
question = "How?"
notebooks = "09_*"

[problem_set]
title = "Ways"
introduction = "Two ways."
"""
CARD = """
title = "T"
question = "Why?"
source = "derived here"
order = {order}
without_laws = "A toy."
"""
TASK = """from attnkit.coursework import Task
{constant} = Task(
    name="{name}", title="T", kind="explain", difficulty={difficulty}, minutes=5, statement="Say.",
    hints=("One.", "Two.", "Three."), rubric=("Says it.",),
)
"""


@pytest.fixture
def ways(tmp_path, monkeypatch):
    """A room whose mechanisms' names stand in another order than their cards."""
    folder = tmp_path / "rooms" / "ways"
    for mechanism, order in (("alpha", 2), ("beta", 1)):
        (folder / mechanism / "tasks").mkdir(parents=True)
        (folder / mechanism / "__init__.py").touch()
        (folder / mechanism / "card.toml").write_text(CARD.format(order=order))
        for name, difficulty in ((f"{mechanism}-a", 3), (f"{mechanism}-b", 1)):
            text = TASK.format(constant="ASKED", name=name, difficulty=difficulty)
            (folder / mechanism / "tasks" / f"{name.replace('-', '_')}.py").write_text(text)
    (folder / "__init__.py").touch()
    (folder / "room.toml").write_text(ABOUT)
    monkeypatch.setattr(attnkit, "__path__", [str(folder.parent)])
    yield folder
    for name in [name for name in sys.modules if name.startswith("attnkit.ways")]:
        del sys.modules[name]
    vars(attnkit).pop("ways", None)


def test_a_set_follows_the_cards_then_difficulty(ways):
    names = [task.name for task in find_set("ways").tasks]
    assert names == ["beta-b", "beta-a", "alpha-b", "alpha-a"]


def test_what_is_in_print_keeps_its_number_whatever_comes_later(ways):
    about = ways / "room.toml"
    about.write_text(about.read_text() + 'numbered = ["alpha-a", "beta-a"]\n')
    tasks = find_set("ways").tasks
    assert [task.name for task in tasks] == ["alpha-a", "beta-a", "beta-b", "alpha-b"]
    assert [exercise_number(task) for task in tasks] == ["7.1", "7.2", "7.3", "7.4"]


def test_a_number_for_no_task_is_told(ways):
    about = ways / "room.toml"
    about.write_text(about.read_text() + 'numbered = ["gamma"]\n')
    with pytest.raises(ValueError, match=r"ways/room\.toml numbers \['gamma'\]"):
        find_set("ways")


def test_rooms_stand_in_the_order_of_their_parts():
    parts = [each.part for each in rooms().values()]
    assert parts == sorted(set(parts))


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("part = 7\n", "", r"ways/room\.toml must have part \(int\), but has \['question'"),
        ("part = 7", 'part = "7"', r"ways/room\.toml: part must be int, got str"),
        ("part = 7", "part =", r"ways/room\.toml can't be read"),
        ('title = "Ways"\n', "", r"room\.toml, \[problem_set\] must have title \(str\)"),
    ],
)
def test_a_broken_file_is_told_with_what_is_missing_and_where(ways, written, instead, told):
    about = ways / "room.toml"
    about.write_text(about.read_text().replace(written, instead))
    with pytest.raises(ValueError, match=told):
        room("ways")


def test_a_room_without_a_file_is_told_what_it_must_say(ways):
    (ways / "room.toml").unlink()
    with pytest.raises(ValueError, match=r"room\.toml is missing; it must say part, question"):
        room("ways")
