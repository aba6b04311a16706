"""What lies in the package is what the recorded results sum up to, for every room."""

import pytest

from attnkit.experiments import load
from attnkit.experiments.packaged import Packaged, packaged

EVERY = packaged()


def test_the_summaries_are_found():
    experiments = {name for each in EVERY.values() for name in each}
    assert {"densities-uwave", "random-features-heads", "icl-grid"} <= experiments


@pytest.mark.parametrize("name", EVERY)
def test_the_packaged_summary_is_that_of_the_recorded_results(name):
    assert dict(EVERY[name]) == EVERY[name].fresh()
    assert {load(experiment)["scale"] for experiment in EVERY[name]} == {"full"}


def test_a_summary_is_written_where_it_is_read(tmp_path):
    place = tmp_path / "recorded.json"
    count = {"memory-forgetting": lambda result: len(result["units"])}
    Packaged(place, count).write()
    assert dict(Packaged(place, {})) == {
        "memory-forgetting": len(load("memory-forgetting")["units"])
    }
