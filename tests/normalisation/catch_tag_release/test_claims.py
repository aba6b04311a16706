"""The claim on catch, tag, release, over seeds."""

import pytest

from attnkit.normalisation.catch_tag_release import claims


@pytest.mark.claim("release-needs-the-tag")
def test_with_the_tag_the_error_vanishes_and_without_it_stays():
    measured = claims.release_needs_the_tag()
    with_tag = [measured[f"sharpness {k}"] for k in (2, 5, 10, 20)]
    without = [measured[f"no tag, {k}"] for k in (5, 10, 20)]
    assert with_tag == sorted(with_tag, reverse=True)
    assert with_tag[1] < 0.1
    assert with_tag[2] < 0.002
    assert max(without) - min(without) < 1e-5
    assert min(without) > 0.6


@pytest.mark.claim("release-needs-the-tag")
def test_it_holds_over_seeds_and_without_the_tag_all_are_averaged():
    for seed in range(5):
        assert claims.relative_error(10.0, 1.0, seed=seed) < 0.002
        drawn, flags = claims.contents(200, seed=seed)
        wanted = drawn[:, 12:].mean(1)
        of_all = drawn[:, ~flags[0]].mean(1)
        error = ((of_all - wanted).norm() / wanted.norm()).item()
        assert claims.relative_error(20.0, 0.0, seed=seed) == pytest.approx(error, abs=1e-6)
