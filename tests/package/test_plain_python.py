"""Scripts run apart from the shape checker, and apart from one another."""

import pytest


def test_a_script_that_fails_is_quoted(plain_python):
    with pytest.raises(AssertionError, match=r"(?s)seen before.*ZeroDivisionError"):
        plain_python.run("print('seen before')\n1 / 0")


@pytest.mark.parametrize("times", ["first", "again"])
def test_a_script_finds_nothing_of_another(plain_python, times):
    plain_python.run("import sys; assert not hasattr(sys, 'left'); sys.left = True")


def test_nothing_of_attnkit_is_there_before_a_script_imports_it(plain_python):
    plain_python.run(
        "import sys; assert 'attnkit' not in sys.modules; assert 'torch' in sys.modules"
    )
