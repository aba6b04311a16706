"""Two Gaussians drawn apart: their product stays one bump, their sum becomes two."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Area, Line, Points

__all__ = ["PRODUCT_OF_GAUSSIANS"]

GRID = np.linspace(-6, 6, 241)
APARTS = np.linspace(0, 8, 33)
WIDTHS = (0.3, 0.5, 0.7, 1.0, 1.3, 2.0, 3.0)


def _normal(centre: float, width: float) -> np.ndarray:
    return np.exp(-(((GRID - centre) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))


def _modes(curve: np.ndarray) -> int:
    """How many bumps a curve has."""
    rises = np.diff(curve) > 1e-12
    return int((rises[:-1] & ~rises[1:]).sum())


def _pair(apart: float, first: float, second: float) -> tuple[np.ndarray, np.ndarray]:
    """Product and mean of two Gaussians, each of mass one."""
    left, right = _normal(-apart / 2, first), _normal(apart / 2, second)
    logs = -(((GRID + apart / 2) / first) ** 2 + ((GRID - apart / 2) / second) ** 2) / 2
    product = np.exp(logs - logs.max())
    return product / (product.sum() * (GRID[1] - GRID[0])), (left + right) / 2


def compute(apart: float, first: float, second: float) -> Values:
    """Factors, product and mean of two Gaussians, and the bumps of both as they are drawn apart."""
    product, mean = _pair(apart, first, second)
    counts = [[_modes(curve) for curve in _pair(a, first, second)] for a in APARTS]
    precision = first**-2 + second**-2
    return {
        "t": GRID,
        "left": _normal(-apart / 2, first),
        "right": _normal(apart / 2, second),
        "product": product,
        "mean": mean,
        "apart": APARTS,
        "modes_product": np.array([float(each[0]) for each in counts]),
        "modes_mean": np.array([float(each[1]) for each in counts]),
        "now": np.array([apart]),
        "now_mean": np.array([float(_modes(mean))]),
        "peak": apart / 2 * (second**-2 - first**-2) / precision,
        "width": precision**-0.5,
        "narrowest": min(first, second),
    }


PRODUCT_OF_GAUSSIANS = Explorable(
    name="product-of-gaussians",
    title="A product of Gaussians has one bump",
    compute=compute,
    controls=[
        Slider(
            "apart",
            "apart",
            stops=(0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0),
            default=4.0,
            step=1.0,
            meaning="distance of the two centres",
        ),
        Slider("first", "width w₁", stops=WIDTHS, default=0.7, step=0.1, meaning="of the left one"),
        Slider(
            "second", "width w₂", stops=WIDTHS, default=1.3, step=0.1, meaning="of the right one"
        ),
    ],
    panels=[
        Panel(
            Line("t", "left", label="the two", tone="muted", dash=True),
            Line("t", "right", tone="muted", dash=True),
            Line("t", "mean", label="their mean", tone="value"),
            Area("t", "product", label="their product", tone="density"),
            x=Axis("standardised score", (-6, 6)),
            y=Axis("density", (0, 2.0)),
            main=True,
        ),
        Panel(
            Line("apart", "modes_product", label="product", tone="density"),
            Line("apart", "modes_mean", label="mean", tone="value"),
            Points("now", "now_mean", tone="value", size=8),
            x=Axis("distance of the centres", (0, 8)),
            y=Axis("bumps", (0, 2.5)),
        ),
    ],
    readouts=[
        Readout("peak", "peak of the product"),
        Readout("width", "its width"),
        Readout("narrowest", "the narrower factor"),
    ],
    depends={
        ("t", "apart"): (),
        "left": ("apart", "first"),
        "right": ("apart", "second"),
        ("modes_product", "modes_mean"): ("first", "second"),
        "now": ("apart",),
        ("width", "narrowest"): ("first", "second"),
    },
    caption="""Draw the two Gaussians apart. Their mean grows a second bump; their product stays one
    bump between them, as narrow as before, where both are small. Then make one of them wide: the
    product stays with the narrow one. Its width depends on the two widths alone.""",
    alt="""Left, two dashed Gaussians, their mean and the normalised product against the
    standardised score; right, the number of bumps of mean and product against the distance of the
    centres: the mean goes to two, the product stays at one.""",
)
