"""A number known by its logarithm is told as the number."""

import numpy as np
import pytest

from attnkit.explore import Axis, Explorable, Line, Panel, Readout, Steps, Values
from tests.front_end.conftest import state_of

SIZES = (-16.0, -6.6, -1.0, 2.5)


def compute(size: float) -> Values:
    """A point, and a number given by its logarithm, NaN for the last."""
    return {"x": np.arange(2.0), "size": size if size < 2 else np.nan}


TINY = Explorable(
    name="tiny",
    title="Tiny",
    compute=compute,
    controls=[Steps("size", "size", SIZES, default=SIZES[0], meaning="a logarithm")],
    panels=[Panel(Line("x", "x"), x=Axis(ends=(0, 1)), y=Axis(ends=(0, 1)))],
    readouts=[Readout("size", "size", unit="m", undefined="too large", log10=True)],
    caption="A number that is known by its logarithm.",
    alt="A straight line from one corner to the other.",
)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("presses", "text"),
    [(0, "size 1.00·10⁻¹⁶ m"), (1, "size 2.51·10⁻⁷ m"), (2, "size 0.1 m"), (3, "size too large")],
)
def test_a_logarithm_is_told_as_its_number(show, presses, text):
    figure = show(TINY)
    for _ in range(presses):
        figure.get_by_label("size", exact=True).press("ArrowRight")
    state_of(figure)
    assert figure.locator(".attnkit-readouts").inner_text().strip() == text
