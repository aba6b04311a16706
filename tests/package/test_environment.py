"""One list of dependencies: environment.yml and constraints.txt say what pyproject.toml says."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = [Requirement(text) for text in sum(EXTRAS.values(), PROJECT["dependencies"])]
PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.fixture(scope="module")
def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


OPTIONAL = {"tests", "real", "binder", "cluster", "gpu"}
"""What readers do without: graders, a model of 90 MB, a cluster, kernels, Binder."""


def test_conda_asks_for_the_same_python(conda):
    assert [entry for entry in conda if isinstance(entry, str) and entry.startswith("python")] == [
        "python" + PROJECT["requires-python"]
    ]


def test_conda_installs_what_readers_and_authors_use_under_the_same_constraints(conda):
    lines = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    assert "--constraint constraints.txt" in lines
    (editable,) = (line for line in lines if line.startswith("--editable"))
    extras = re.fullmatch(r"--editable \.\[(.*)\]", editable)[1].split(",")
    assert sorted(extras) == sorted(set(EXTRAS) - OPTIONAL)


def test_a_readers_environment_has_no_graders_menus():
    made = (ROOT / "Makefile").read_text()
    ready = made.partition("$(READY): ")[2].partition("\n\n")[0]
    (installed,) = re.findall(r'"\.\[(.*)\]"', ready)
    assert sorted(installed.split(",")) == sorted(set(EXTRAS) - OPTIONAL)
    asked = {Requirement(text).name for name in installed.split(",") for text in EXTRAS[name]}
    assert asked & {"nbgrader", "otter-grader", "pytest"} == set()
    for target in ("book", "lab"):
        assert f"\n{target}: $(READY)\n" in made


def test_conda_lists_no_dependency_of_its_own(conda):
    own = [entry for entry in conda if isinstance(entry, str) and not entry.startswith("python>")]
    assert own == ["pip"]


LEFT_TO_TORCH = {"triton"}
"""A torch for CUDA asks for one version, another for each torch: a pin of ours would forbid it."""


def test_every_dependency_has_one_exact_pin_that_fits():
    pins = {canonicalize_name(pin.name): pin for pin in PINS}
    assert len(pins) == len(PINS)
    assert pins.keys() & LEFT_TO_TORCH == set()
    for wanted in (each for each in WANTED if each.name not in LEFT_TO_TORCH):
        pin = pins.get(canonicalize_name(wanted.name))
        assert pin is not None, f"constraints.txt lacks {wanted}"
        assert wanted.specifier.contains(_version(pin)), f"{pin} does not fit {wanted}"


@pytest.mark.parametrize("pin", PINS, ids=str)
def test_a_pin_is_exact_and_installs_anywhere(pin):
    """No range, local tag (torch's +cpu), address or hash, so that every index can serve it."""
    assert Version(_version(pin)).local is None
    assert pin.url is None


def _version(pin):
    (only,) = pin.specifier
    assert only.operator == "=="
    assert not only.version.endswith("*")
    return only.version


def test_the_core_stays_light():
    names = {Requirement(text).name for text in PROJECT["dependencies"]}
    assert names == {"torch", "numpy", "scipy", "jaxtyping"}


def test_the_citation_states_the_version_and_licence_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert {key: citation[key] for key in ("version", "license")} == {
        key: PROJECT[key] for key in ("version", "license")
    }


@pytest.mark.xdist_group("grouped")
def test_groups_of_tests_stay_together(request):
    """Or the two workers would build the site at once."""
    parallel = hasattr(request.config, "workerinput")
    assert request.node.nodeid.endswith("@grouped") == parallel
