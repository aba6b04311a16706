"""What the page says of its figure is what the figure computes."""

import pytest

from attnkit.explore import gallery
from attnkit.length.softplus.figures.softplus_needle import row


def shown(**setting):
    return gallery()["softplus-needle"].compute(**({"offset": 1.0} | setting))


def test_two_per_cent_at_power_one_and_more_than_99_at_fifteen():
    assert shown(power=1.0, cosine=0.6, n=1024)["lssar_weight"] == pytest.approx(0.02, abs=0.005)
    assert shown(power=15.0, cosine=0.6, n=1024)["lssar_weight"] > 0.99
    assert shown(power=1.0, cosine=0.9, n=1024)["lssar_weight"] == pytest.approx(0.03, abs=0.005)


def test_where_a_rival_lies_nearer_more_power_harms():
    assert row(16384, 0.4)[1:].max() > 0.4
    by_power = [shown(power=p, cosine=0.4, n=16384)["lssar_weight"] for p in (10.0, 15.0, 20.0)]
    assert by_power == sorted(by_power, reverse=True)


def test_orange_and_blue_cross_between_a_thousand_and_sixteen_thousand():
    short, long = (shown(power=15.0, cosine=0.6, n=n) for n in (1024, 16384))
    assert short["lssar_weight"] > short["same_weight"]
    assert long["lssar_weight"] < long["same_weight"]
