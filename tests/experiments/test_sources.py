"""A recorded result names the source that its experiment names."""

import pytest

from attnkit.experiments import experiments, load
from attnkit.experiments.store import results_folder


@pytest.mark.parametrize("name", sorted(experiments()))
def test_a_result_s_source_is_its_experiment_s(name):
    if not (results_folder() / f"{name}.json").exists():
        pytest.skip("nothing recorded")
    assert load(name)["source"] == experiments()[name].source
