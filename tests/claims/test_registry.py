"""Declaring a claim, measuring it, and being told what is wrong with it."""

import math

import pytest

from attnkit.claims import Claim, claim, claims
from attnkit.claims.marked_tests import checked_by


def declared(numbers):
    def function():
        """What is measured.

        And more about it.
        """
        return numbers

    return claim("some-label", source="derived here", computes=math.hypot)(function)


def test_a_claim_is_called_for_its_numbers():
    assert declared({"gap": 0.5, "keys": 7})() == {"gap": 0.5, "keys": 7}


def test_the_first_line_of_the_docstring_says_what_is_measured():
    assert declared({"gap": 0.5}).measures == "What is measured"


@pytest.mark.parametrize("numbers", [{"gap": math.nan}, {"gap": -math.inf}, {}, None, 0.5])
def test_numbers_that_are_missing_or_not_finite_are_refused(numbers):
    with pytest.raises(ValueError, match="'some-label'"):
        declared(numbers)()


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="'gap' must be a number, got list"):
        declared({"gap": [0.5]})()


@pytest.mark.parametrize("label", ["Some Label", "some_label", "", "-a"])
def test_a_label_that_makes_no_anchor_is_refused(label):
    with pytest.raises(ValueError, match="lower-case words"):
        claim(label, source="derived here", computes=math.hypot)


def test_a_claim_must_say_what_is_measured():
    with pytest.raises(ValueError, match="docstring"):
        claim("some-label", source="derived here", computes=math.hypot)(lambda: {"gap": 0.5})


def test_marks_are_found_on_functions_classes_and_parameters(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(
        "import pytest\nfrom pytest import mark\n"
        '@mark.claim("a")\nclass TestIt:\n'
        '    @pytest.mark.claim("b")\n    @pytest.mark.claim("c")\n'
        "    def test_one(self): ...\n"
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.claim("a"))])\n'
        "def test_two(x): ...\n"
        "# @pytest.mark.claim('d')\ndef claim(): ...\n"
    )
    assert checked_by(tmp_path / "tests") == {
        "a": ["tests/test_it.py::TestIt", "tests/test_it.py::test_two"],
        "b": ["tests/test_it.py::TestIt::test_one"],
        "c": ["tests/test_it.py::TestIt::test_one"],
    }


def test_every_declared_claim_measures_finite_numbers():
    for label, found in claims().items():
        assert isinstance(found, Claim)
        assert found.name == label
        assert found()
