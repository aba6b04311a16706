"""The commands on the page for teachers are commands that there are."""

import re
import shlex
from pathlib import Path

import pytest

from attnkit import command
from attnkit.coursework.handout.grades import COLUMNS

PAGE = (Path(__file__).parents[2] / "book" / "teaching" / "index.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.startswith("attnkit ")]


@pytest.mark.parametrize("line", LINES)
def test_a_command_is_understood(line):
    words = shlex.split(line)[1:]
    options = command._parser(words).parse_args(words)
    assert callable(options.action)


def test_every_format_is_shown():
    assert set(re.findall(r"--to (\w+)", PAGE)) == {"student", "solution", "nbgrader", "otter"}


def test_the_columns_of_the_table_are_those_written():
    assert tuple(re.findall(r"^\| (\w+) \| ", PAGE, re.M))[1:] == COLUMNS
