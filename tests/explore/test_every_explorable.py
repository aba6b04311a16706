"""The contract of a moving figure, held against every one of the gallery."""

import inspect

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.explore.controls import Slider
from attnkit.explore.grid import interpolate, sample
from attnkit.explore.page import page_html

NAMES = sorted(gallery())
N_RANDOM_SETTINGS = 12


def random_setting(explorable, generator):
    setting = {}
    for name, control in explorable.sliders.items():
        if isinstance(control, Slider):
            steps = round((control.high - control.low) / control.step)
            value = control.low + control.step * int(generator.integers(steps + 1))
            setting[name] = min(value, control.high)
        else:
            setting[name] = control.stored[int(generator.integers(len(control.stored)))]
    return setting


@pytest.fixture(scope="module", params=NAMES)
def explorable(request):
    return gallery()[request.param]


@pytest.fixture(scope="module")
def stored(explorable):
    return sample(explorable)


def test_controls_are_the_arguments_of_compute(explorable):
    assert set(inspect.signature(explorable.compute).parameters) == set(explorable.sliders)


def test_compute_is_deterministic(explorable):
    first, second = (explorable.compute(**explorable.defaults) for _ in range(2))
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


def test_every_reference_of_the_figure_is_computed(explorable):
    values = explorable.compute(**explorable.defaults)
    used = set().union(*(layer.names() for p in explorable.panels for layer in p.layers()))
    used |= {readout.value for readout in explorable.readouts}
    assert used <= set(values)
    for readout in explorable.readouts:
        assert np.ndim(values[readout.value]) == 0


def test_words_for_every_reader(explorable):
    assert len(explorable.caption) > 20
    assert len(explorable.alt) > 20
    assert all(control.meaning for control in explorable.controls)


def test_interpolated_values_are_within_the_stated_tolerance(explorable, stored):
    generator = np.random.default_rng(7)
    for _ in range(N_RANDOM_SETTINGS):
        setting = random_setting(explorable, generator)
        expected = explorable.compute(**setting)
        for name, array in stored.items():
            drawn = interpolate(explorable, array, setting)
            finite = array.table[np.isfinite(array.table)]
            reach = float(np.ptp(finite)) if finite.size else 0.0
            np.testing.assert_allclose(
                drawn,
                expected[name],
                rtol=0,
                atol=explorable.tolerance * reach + 1e-9,
                err_msg=f"{explorable.name}: {name} at {setting}",
            )


def test_the_numbers_fit_the_budget_of_a_page(explorable, stored):
    _, size = page_html(explorable, stored, "still.svg")
    assert size > 0


def test_the_live_figure_can_be_built_and_moved(explorable):
    from attnkit.explore.live import LiveFigure

    figure = LiveFigure(explorable)
    for name, control in explorable.sliders.items():
        figure.controls[name].value = control.stored[-1]
        assert not figure.message.value
