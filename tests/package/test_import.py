"""`import attnkit` is cheap: it adds little to `import torch` and draws nothing."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def fresh(code):
    """Run code in a new interpreter and return what it prints as JSON."""
    return json.loads(subprocess.check_output([sys.executable, "-c", code], cwd=ROOT))


def test_import_pulls_in_nothing_that_draws_or_serves():
    loaded = fresh("import json, sys, attnkit; print(json.dumps(list(sys.modules)))")
    heavy = {"IPython", "aeon", "anywidget", "ipywidgets", "matplotlib", "sphinx"}
    assert heavy & {name.split(".")[0] for name in loaded} == set()


def test_import_pulls_in_no_figure_exercise_claim_or_experiment():
    """None can be declared without the part of the core that says what it is."""
    loaded = fresh("import json, sys, attnkit; print(json.dumps(list(sys.modules)))")
    services = {"claims", "coursework", "data", "experiments", "explore", "trained", "words"}
    assert {
        name.split(".")[1] for name in loaded if name.startswith("attnkit.")
    } & services == set()


PARTS = ["claims", "coursework", "data", "densities", "experiments", "explore", "icl", "memory"]


def test_every_part_is_reached_by_its_name_after_a_bare_import():
    code = (
        "import json, attnkit; names = dir(attnkit);"
        f"parts = [getattr(attnkit, name).__name__ for name in {PARTS}];"
        "print(json.dumps([names, parts]))"
    )
    names, parts = fresh(code)
    assert parts == [f"attnkit.{name}" for name in PARTS]
    assert {"entmax", "random_features", *PARTS} <= set(names)
    assert [name for name in names if name.startswith("_")] == ["__version__"]


def test_a_name_that_is_nothing_is_refused_as_by_any_module():
    code = "import json, attnkit; print(json.dumps(hasattr(attnkit, 'optics')))"
    assert fresh(code) is False


def test_import_costs_under_a_third_of_a_second_beyond_torch():
    code = (
        "import torch, time, json; start = time.process_time(); import attnkit;"
        "print(json.dumps(time.process_time() - start))"
    )
    assert min(fresh(code) for _ in range(3)) < 0.3
