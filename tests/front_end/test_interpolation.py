"""`interpolate` in both languages, on the same numbers."""

import importlib.resources

import numpy as np
import pytest

from attnkit.explore import Choice, Slider, Steps
from attnkit.explore.grid import Stored, interpolate, pack

pytestmark = pytest.mark.browser

CONTROLS = {
    "place": Slider("place", "", grid=(-1.0, -0.3, 0.0, 1.7, 3.0), default=0.0, step=0.1),
    "width": Slider("width", "", low=0.5, high=2.0, grid=7, default=1.0, step=0.05),
    "count": Steps("count", "", (1, 2, 5), default=2),
    "shape": Choice("shape", "", ("round", "peaked"), default="round"),
}
READ = """async ([entries, data, controls, settings]) => {
  %s
  const arrays = await readArrays(entries, data);
  const known = new Map(controls.map((control) => [control.name, control]));
  return settings.map((params) => Object.fromEntries(arrays.map((array) =>
    [array.name, Array.from(interpolate(array, known, params), (v) => (v === v ? v : "nan"))])));
}"""


@pytest.fixture(scope="module")
def in_the_page(browser):
    """The page's reading of packed arrays at some settings."""
    assets = importlib.resources.files("attnkit.explore") / "assets"
    context = browser.new_context()
    tab = context.new_page()
    script = READ % (assets / "arrays.js").read_text()

    def read(arrays, settings):
        entries, data, _ = pack(arrays)
        controls = [
            {"name": name, "kind": control.kind, "grid": control.stored}
            for name, control in CONTROLS.items()
        ]
        found = tab.evaluate(script, [entries, data, controls, settings])
        return [{n: np.array(v, dtype=float) for n, v in each.items()} for each in found]

    yield read
    context.close()


def tables(generator, share_unknown):
    """Arrays of several shapes and dependences, with corners that are NaN."""
    made = {}
    for name, depends, shape in [
        ("scalar", ("place",), ()),
        ("vector", ("place", "width"), (11,)),
        ("matrix", ("width", "count", "shape"), (3, 5)),
        ("all", ("place", "width", "count", "shape"), (2,)),
        ("fixed", (), (7,)),
    ]:
        sizes = [len(CONTROLS[control].stored) for control in depends]
        table = generator.normal(size=(*sizes, *shape))
        table[generator.random(table.shape) < share_unknown] = np.nan
        made[name] = Stored(depends, table)
    return made


def settings(generator, n):
    """Settings on the grid, between its points and at its ends."""
    for _ in range(n):
        yield {
            "place": float(generator.choice([-1.0, -0.3, 0.4, 1.2, 1.7, 2.9, 3.0])),
            "width": float(generator.choice([0.5, 0.55, 0.8, 1.25, 1.95, 2.0])),
            "count": int(generator.choice([1, 2, 5])),
            "shape": str(generator.choice(["round", "peaked"])),
        }


@pytest.mark.parametrize("share_unknown", [0.0, 0.25, 0.6])
def test_both_languages_read_the_same_numbers(in_the_page, share_unknown):
    generator = np.random.default_rng(23)
    arrays = tables(generator, share_unknown)
    asked = list(settings(generator, 40))
    for params, found in zip(asked, in_the_page(arrays, asked), strict=True):
        for name, stored in arrays.items():
            expected = np.ravel(interpolate(CONTROLS, stored, params))
            np.testing.assert_allclose(found[name], expected, atol=2e-3, err_msg=f"{name} {params}")


@pytest.mark.parametrize(
    ("share", "known"), [(0.6, True), (0.51, True), (0.49, False), (0.3, False)]
)
def test_nan_wins_above_half_of_the_weight(in_the_page, share, known):
    table = np.full(5, np.nan)
    table[4] = 2.0
    place = 1.7 + share * (3.0 - 1.7)
    params = {"place": place, "width": 1.0, "count": 1, "shape": "round"}
    (found,) = in_the_page({"x": Stored(("place",), table)}, [params])
    assert found["x"] == 2.0 if known else np.isnan(found["x"])
