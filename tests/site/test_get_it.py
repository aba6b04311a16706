"""What the page says to type installs the library from wherever the site lies."""

import os
import subprocess
import sys
import sysconfig
import venv

import pytest

from attnkit.book.wheel import WHEEL
from tests.browser import Watch

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

USED = """
import attnkit
assert "site-packages" in attnkit.__file__ and attnkit.__file__.startswith({home!r}), attnkit
from attnkit.coursework import check, find_task
from attnkit.explore import gallery

assert gallery()["finite-entmax"].compute(alpha=2.0)
task = find_task("entmax-threshold")
answers = {{}}
exec("import math, torch\\n" + task.placeholder, answers)
print(check(task.name, [a for a in answers.values() if callable(a)][-1]).status)
"""


@pytest.fixture
def python(tmp_path):
    """A clean environment; third-party packages are borrowed, or an install would fetch torch."""
    venv.create(tmp_path / "env", with_pip=False)
    (packages,) = (tmp_path / "env").rglob("site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"


def said(browser, address):
    """The commands on the page at this address."""
    context = browser.new_context()
    watch = Watch(context, allowed=(address.rpartition("/")[0], "data:", "http://127.0.0.1"))
    tab = context.new_page()
    tab.goto(address)
    commands = tab.locator(".attnkit-install pre").all_inner_texts()
    context.close()
    watch.assert_clean()
    return [command.strip() for command in commands]


def test_the_command_of_the_page_installs_from_the_served_site(
    browser, address_in_a_sub_path, python
):
    whole, plain, _ = said(browser, f"{address_in_a_sub_path}/book/get_it.html")
    assert whole == f'pip install "attnkit[notebooks,data] @ {address_in_a_sub_path}/{WHEEL}"'
    wanted = plain.removeprefix('pip install "').removesuffix('"')
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--quiet"]
    local = os.environ | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    subprocess.run([*pip, "--no-cache-dir", wanted], check=True, env=local)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    code = USED.format(home=str(python.parents[1]))
    done = subprocess.run(
        [python, "-c", code], cwd=python.parents[1], env=clean, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "not done yet"


def test_every_page_with_exercises_or_figures_leads_to_it(site):
    for page in site.pages:
        text = page.read_text()
        if 'id="task-' in text or 'class="attnkit-explorable"' in text:
            assert "get_it.html" in text, page
    for name in ("index", "teaching/index", "cookbook"):
        assert "get_it.html" in (site.folder / f"book/{name}.html").read_text(), name


def test_the_wheel_holds_no_solution_and_no_site(site):
    names = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", site.folder / WHEEL],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "attnkit/densities/__init__.py" in names
    assert "teacher" not in names
    assert "_build" not in names
