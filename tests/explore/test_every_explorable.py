"""The contract of a moving figure, held against every one of the gallery."""

import inspect
import itertools
import pickle

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.explore.grid import Stored, interpolate

NAMES = sorted(gallery())
N_RANDOM_SETTINGS = 8


def stored_around(explorable, settings) -> dict[str, Stored]:
    """The arrays of `sample`, computed only at the corners that the settings lie between."""
    first = explorable.compute(**explorable.defaults)
    places = {
        (name, corner): explorable.defaults | point
        for name in first
        for corner, point in corners_around(explorable, depends_of(explorable, name), settings)
    }
    distinct = {tuple(point.items()): point for point in places.values()}
    values = dict(zip(distinct, computed(explorable, list(distinct.values())), strict=True))
    tables = {}
    for name in first:
        depends = depends_of(explorable, name)
        sizes = (len(explorable.static_grid()[c]) for c in depends)
        tables[name] = Stored(depends, np.full((*sizes, *np.shape(first[name])), np.nan))
    for (name, corner), point in places.items():
        tables[name].table[corner] = np.asarray(values[tuple(point.items())][name])
    return tables


def depends_of(explorable, name) -> tuple[str, ...]:
    wanted = explorable.depends.get(name, explorable.sliders)
    return tuple(c for c in explorable.sliders if c in wanted)


def computed(explorable, settings):
    """As `sample` computes them."""
    if explorable.compute_many is not None:
        return explorable.compute_many(settings)
    return [explorable.compute(**setting) for setting in settings]


def corners_around(explorable, depends, settings):
    """The stored positions that settings lie between, each with its setting of `depends`."""
    axes = [explorable.static_grid()[c] for c in depends]
    for setting in settings:
        for corner in corners(explorable, depends, setting):
            yield (
                corner,
                {c: axis[i] for c, axis, i in zip(depends, axes, corner, strict=True)},
            )


def corners(explorable, depends, setting):
    sides = []
    for name in depends:
        points = explorable.static_grid()[name]
        if explorable.sliders[name].kind == "slider":
            right = max(1, int(np.searchsorted(points, setting[name])))
            sides.append((right - 1, right))
        else:
            sides.append((points.index(setting[name]),))
    return itertools.product(*sides)


def random_setting(explorable, generator):
    setting = {}
    for name, control in explorable.sliders.items():
        if control.kind == "slider":
            steps = round((control.high - control.low) / control.step)
            value = control.low + control.step * int(generator.integers(steps + 1))
            setting[name] = min(value, control.high)
        else:
            setting[name] = control.stored[int(generator.integers(len(control.stored)))]
    return setting


@pytest.fixture(scope="module", params=NAMES)
def explorable(request):
    return gallery()[request.param]


@pytest.mark.parametrize("name", [n for n in NAMES if gallery()[n].compute_many is not None])
def test_many_settings_give_what_each_gives_alone(name):
    explorable, generator = gallery()[name], np.random.default_rng(3)
    settings = [random_setting(explorable, generator) for _ in range(17)]
    # Repeated, and in no order: a batch may be made of any settings.
    settings = [*settings, settings[5], explorable.defaults, settings[0]]
    for setting, together in zip(settings, explorable.compute_many(settings), strict=True):
        alone = explorable.compute(**setting)
        assert together.keys() == alone.keys()
        for array, value in alone.items():
            np.testing.assert_allclose(together[array], value, rtol=1e-5, atol=1e-7)


def test_controls_are_the_arguments_of_compute(explorable):
    hands = {control.name for control in (*explorable.controls, *explorable.free)}
    assert set(inspect.signature(explorable.compute).parameters) == hands


def test_compute_is_deterministic(explorable):
    first, second = (explorable.compute(**explorable.defaults) for _ in range(2))
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


def test_every_reference_of_the_figure_is_computed(explorable):
    values = explorable.compute(**explorable.defaults)
    used = set().union(*(mark.arrays() for panel in explorable.panels for mark in panel.marks))
    reaches = (axis.ends or () for p in explorable.panels for axis in (p.x, p.y))
    numbers = {end for reach in reaches for end in reach if isinstance(end, str)}
    numbers |= {readout.value for readout in explorable.readouts}
    axes = (axis for p in explorable.panels for axis in (p.x, p.y))
    words = {axis.ticks for axis in axes if isinstance(axis.ticks, str)}
    assert used | numbers | words <= set(values)
    assert all(np.ndim(values[name]) == 2 for name in words)
    assert all(np.ndim(values[name]) == 0 for name in numbers)


def test_words_for_every_reader(explorable):
    assert len(explorable.caption) > 20
    assert len(explorable.alt) > 20
    assert all(control.meaning for control in explorable.controls)


def test_interpolated_values_are_within_the_stated_tolerance(explorable):
    generator = np.random.default_rng(7)
    settings = [random_setting(explorable, generator) for _ in range(N_RANDOM_SETTINGS)]
    expected = [explorable.compute(**setting) for setting in settings]
    for name, stored in stored_around(explorable, settings).items():
        drawn = [interpolate(explorable.sliders, stored, setting) for setting in settings]
        finite = stored.table[np.isfinite(stored.table)]
        allowed = explorable.tolerance * (np.ptp(finite) if finite.size else 0.0) + 1e-9
        for setting, shown, values in zip(settings, drawn, expected, strict=True):
            message = f"{explorable.name}: {name} at {setting}"
            np.testing.assert_allclose(shown, values[name], rtol=0, atol=allowed, err_msg=message)


def test_the_live_figure_can_be_built_and_moved(explorable):
    from attnkit.explore.live import LiveFigure

    figure = LiveFigure(explorable)
    for name, control in explorable.sliders.items():
        figure.params = {name: control.stored[-1]}
        assert figure.values.keys() == explorable.compute().keys()


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_sent_to_the_processes_that_sample_it(name):
    assert pickle.loads(pickle.dumps(gallery()[name])).name == name
