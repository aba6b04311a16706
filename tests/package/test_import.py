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
    heavy = {"IPython", "aeon", "anywidget", "ipywidgets", "matplotlib", "plotly", "sphinx"}
    assert heavy & {name.split(".")[0] for name in loaded} == set()


def test_import_pulls_in_no_experiment_claim_or_explorable():
    loaded = fresh("import json, sys, attnkit; print(json.dumps(list(sys.modules)))")
    last = {name.split(".")[-1] for name in loaded if name.startswith("attnkit.")}
    assert last & {"experiments", "claims", "explorables"} == set()


def test_import_costs_under_a_third_of_a_second_beyond_torch():
    code = (
        "import torch, time, json; start = time.process_time(); import attnkit;"
        "print(json.dumps(time.process_time() - start))"
    )
    assert min(fresh(code) for _ in range(3)) < 0.3
