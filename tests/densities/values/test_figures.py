"""The figure of a gesture reads the function that was fitted."""

import math

import numpy as np
import pytest

from attnkit.explore import gallery


def values(name, **changes):
    explorable = gallery()[name]
    return explorable.compute(**explorable.defaults | changes)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 4.0])
def test_density_of_the_signal_figure_has_mass_one(alpha):
    shown = values("signal-attention", alpha=alpha)
    mass = np.trapezoid(shown["profile"] * shown["height"], shown["half_width"] * shown["place"])
    assert mass == pytest.approx(1.0, abs=2e-2)


def test_the_two_changes_differ():
    sparse, gaussian = (values("signal-attention", alpha=a) for a in (2.0, 1.0))
    assert sparse["change_by_function"] == 0.0
    assert abs(gaussian["change_by_function"]) > 1e-3
    assert abs(sparse["change_by_samples"]) > 1e-3


def test_change_is_drawn_only_when_asked():
    for erase in ("nothing", "function", "samples"):
        shown = values("signal-attention", erase=erase)
        assert np.isnan(shown["refitted"]).all() == (erase != "samples")
        assert math.isnan(shown["erased"]) == (erase != "function")
