import base64
import json
import zlib
from dataclasses import replace

import numpy as np
import pytest

from attnkit.explore import Explorable, Slider
from attnkit.explore.grid import Stored, interpolate, pack, sample
from attnkit.explore.marks import Heat
from attnkit.explore.page import OverBudgetError, page_html
from attnkit.explore.spec import _layer
from tests.explore.demo import DEMO


@pytest.fixture(scope="module")
def stored():
    return sample(DEMO)


def test_each_array_is_stored_on_its_own_controls_only(stored):
    assert stored["u"].table.shape == (31,)
    assert stored["bars"].table.shape == (4, 7)
    assert stored["matrix"].table.shape == (2, 2, 7, 7)
    assert stored["height"].shape == ()


def test_the_grid_is_exact_where_a_point_is_stored(stored):
    params = DEMO.defaults | {"width": 1.5, "count": 7, "shape": "peaked"}
    expected = DEMO.compute(**params)
    for name, array in stored.items():
        np.testing.assert_allclose(
            interpolate(DEMO.sliders, array, params), expected[name], rtol=1e-12
        )


def test_between_points_the_page_interpolates_linearly(stored):
    params = DEMO.defaults | {"place": 0.3}
    assert interpolate(DEMO.sliders, stored["place"], params) == pytest.approx(0.3)


def test_a_slider_that_snaps_is_read_at_its_stored_values(stored):
    assert interpolate(DEMO.sliders, stored["tilted"], DEMO.defaults | {"tilt": 1.0}) == 1.0
    with pytest.raises(ValueError, match="not in tuple"):
        interpolate(DEMO.sliders, stored["tilted"], DEMO.defaults | {"tilt": 0.3})


def test_a_nan_corner_takes_no_part_and_wins_where_it_weighs_most(stored):
    near_wide = interpolate(DEMO.sliders, stored["wide_only"], DEMO.defaults | {"width": 1.04})
    near_narrow = interpolate(DEMO.sliders, stored["wide_only"], DEMO.defaults | {"width": 1.01})
    assert near_wide == pytest.approx(1.05)
    assert np.isnan(near_narrow)


@pytest.mark.parametrize(("share", "known"), [(0.6, True), (0.5, True), (0.4, False), (0.3, False)])
def test_half_the_weight_must_be_known_whatever_the_corner(share, known):
    controls = {"x": Slider("x", low=0.0, high=1.0, grid=2, default=0.0, step=0.1)}
    table = Stored(("x",), np.array([np.nan, 3.0]))
    read = interpolate(controls, table, {"x": share})
    assert read == 3.0 if known else np.isnan(read)


def test_what_is_known_keeps_its_size_beside_corners_that_are_not():
    controls = {
        name: Slider(name, low=0.0, high=1.0, grid=2, default=0.0, step=0.1) for name in ("x", "y")
    }
    table = Stored(("x", "y"), np.array([[2.0, np.nan], [4.0, 4.0]]))
    weights = np.array([0.7 * 0.8, 0.3 * 0.8, 0.3 * 0.2])
    read = interpolate(controls, table, {"x": 0.3, "y": 0.2})
    assert read == pytest.approx(weights @ [2.0, 4.0, 4.0] / weights.sum())


def test_a_setting_that_several_arrays_want_is_computed_once():
    seen = []

    def compute(x, y):
        seen.append((x, y))
        return {"both": x + y, "one": x, "other": y, "none": 0.0}

    names = ("x", "y")
    figure = Explorable(
        name="once",
        title="",
        compute=compute,
        controls=[Slider(n, low=0.0, high=1.0, grid=5, default=0.5, step=0.25) for n in names],
        panels=[],
        depends={"one": ["x"], "other": ["y"], "none": []},
        caption="",
        alt="",
    )
    stored = sample(figure)
    assert len(seen) == 1 + 5 * 5  # the names of the arrays are read from one more
    grid = np.linspace(0, 1, 5)
    np.testing.assert_array_equal(stored["both"].table, grid[:, None] + grid)
    np.testing.assert_array_equal(stored["other"].table, grid)


def test_an_array_that_changes_its_shape_is_refused():
    growing = Explorable(
        name="growing",
        title="",
        compute=lambda n: {"y": np.zeros(int(n))},
        controls=[Slider("n", low=1.0, high=3.0, grid=3, default=1.0, step=1.0)],
        panels=[],
        caption="",
        alt="",
    )
    with pytest.raises(ValueError, match=r"'y' has shape \(2,\).*pad it with NaN"):
        sample(growing)


def unpack(entries, data):
    """The page's reading of the packed bytes, in numpy."""
    raw, start, tables = zlib.decompress(base64.b64decode(data)), 0, {}
    for entry in entries:
        size = entry["bytes"] * entry["count"]
        planes = np.frombuffer(raw[start : start + size], np.uint8).reshape(entry["bytes"], -1)
        kind = {2: "<f2", 4: "<f4"}[entry["bytes"]]
        tables[entry["name"]] = np.ascontiguousarray(planes.T).view(kind).ravel().astype(float)
        start += size
    return tables


def test_packed_arrays_come_back_to_storage_precision(stored):
    entries, data, size = pack(stored)
    assert size == len(base64.b64decode(data))
    for name, table in unpack(entries, data).items():
        flat = stored[name].table.ravel()
        np.testing.assert_allclose(table, flat, atol=1e-3 * (np.ptp(flat[~np.isnan(flat)]) + 1e-12))


@pytest.mark.parametrize(
    ("numbers", "width"),
    [
        ([0.0, 0.5, np.nan, np.inf], 2),
        ([0.0, 1e6], 4),
        ([1000.0, 1000.1], 4),
        ([0.0, 1e-9], 4),
        ([0.0, 50.0, 1000.2], 2),
        ([950.0, 1000.2], 4),
        ([np.nan, np.nan], 2),
        ([0.0, 2048.0], 2),
        ([0.0, 8230.0], 4),
    ],
)
def test_half_precision_is_used_only_where_it_is_enough(numbers, width):
    entries, data, _ = pack({"x": Stored((), np.array(numbers))})
    assert entries[0]["bytes"] == width
    np.testing.assert_allclose(unpack(entries, data)["x"], numbers, rtol=1e-3)


def test_a_scalar_keeps_more_digits_than_the_page_shows():
    numbers = np.array([0.35651, 0.8675, 2 / 3, np.nan])
    entries, data, _ = pack({"x": Stored(("alpha",), numbers)})
    np.testing.assert_array_equal(unpack(entries, data)["x"], numbers.astype(np.float32))


def test_the_page_block_carries_its_specification_and_escapes_its_texts(stored):
    block, size = page_html(DEMO, stored, "still.svg")
    assert 0 < size < 20_000
    assert "&amp; its parts &lt;here&gt;" in block
    body = block.split('<script type="application/json">')[1].split("</script>")[0]
    spec = json.loads(body)
    assert spec["name"] == "demo"
    assert [control["name"] for control in spec["controls"]] == list(DEMO.sliders)


def test_a_text_cannot_end_the_script_that_holds_it(stored):
    block, _ = page_html(replace(DEMO, title="a </script> of its own"), stored, "still.svg")
    assert block.count("</script>") == 1
    body = block.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(body)["title"] == "a </script> of its own"


def test_too_many_numbers_are_refused_with_their_weights():
    noise = np.random.default_rng(0).normal(size=(300_000,))
    with pytest.raises(OverBudgetError, match=r"budget is 400 kB.*'noise': 600"):
        page_html(DEMO, {"noise": Stored((), noise)}, "still.svg")


def test_a_heat_map_s_kinds_are_named_beside_its_ramp():
    kinds = Heat("z", low=0, high=2, ticks={0: "skipped", 2: "read"})
    assert _layer(kinds)["style"]["ticks"] == [[0.0, "skipped"], [2.0, "read"]]
    assert _layer(Heat("z"))["style"]["ticks"] == []
