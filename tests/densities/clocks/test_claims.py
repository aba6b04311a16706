"""What is claimed of clocks, as bounds that survive another machine."""

import pytest

from attnkit.densities.clocks import claims


@pytest.mark.claim("two-clocks")
def test_two_clocks_read_the_same():
    measured = claims.two_clocks()
    assert measured["largest gap"] < 1e-6
    assert measured["peaks in global time"] == 1
    assert measured["most peaks in local time"] == 4


@pytest.mark.claim("one-peak-stays-one")
def test_an_exponential_clock_never_makes_a_second_peak():
    assert claims.one_peak_stays_one() == {"most peaks": 1, "fewest": 1}
