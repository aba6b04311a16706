"""The two hand-built layers: who looks at the separator, and whom the second layer averages."""

import functools

import numpy as np
import torch
from torch import Tensor

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Heat, Line, Points, Rule
from attnkit.normalisation.catch_tag_release.hand_built import catch_tag_release, release_weights

__all__ = ["CATCH_TAG_RELEASE"]

N = 16
SHARPNESS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 14.0, 20.0)
SIZES = (0.0, 0.1, 0.2, 0.5, 1.0)
CAUSAL = torch.ones(N, N, dtype=torch.bool).tril()


def error(weights: Tensor, place: int) -> float:
    """How far weights are from equal ones after a place, as a share of the length of those."""
    wanted = torch.zeros(N, dtype=weights.dtype)
    wanted[place + 1 :] = 1 / (N - 1 - place)
    return ((weights - wanted).norm() / wanted.norm()).item()


def separators(place: int) -> Tensor:
    """One separator, at a place counted from zero."""
    return torch.arange(N) == place


@functools.cache
def _errors(tag_size: float, place: int) -> np.ndarray:
    flags = separators(place)
    return np.array([error(release_weights(flags, k, tag_size), place) for k in SHARPNESS])


def compute(sharpness: float, tag_size: float, place: float) -> Values:
    """Both maps, each token's tag, and the error of the last token by sharpness."""
    place = int(place) - 1
    contents = torch.zeros(N, 1, dtype=torch.float64)
    made = catch_tag_release(contents, separators(place), sharpness, tag_size)
    now = error(made.release[-1], place)
    return {
        "catch": made.catch.where(CAUSAL, torch.nan).numpy(),
        "release": made.release.where(CAUSAL, torch.nan).numpy(),
        "token": np.arange(1.0, N + 1),
        "tag": made.tag.numpy(),
        "separator": place + 1.0,
        "sharpnesses": np.array(SHARPNESS),
        "errors": _errors(tag_size, place),
        "untagged": _errors(0.0, place),
        "sharpness_now": np.array([sharpness]),
        "error_dot": np.array([now]),
        "error": now,
        "caught": made.catch[-1, place].item(),
    }


CATCH_TAG_RELEASE = Explorable(
    name="catch-tag-release",
    title="A sink that marks who looks at it",
    compute=compute,
    controls=[
        Slider(
            "sharpness",
            "κ",
            stops=SHARPNESS,
            default=5.0,
            step=1.0,
            meaning="scale of the scores of both layers",
        ),
        Slider(
            "tag_size",
            "length of the tag",
            stops=SIZES,
            default=1.0,
            step=0.1,
            meaning="the separator's value in the first layer; at zero there is no tag",
        ),
        Steps(
            "place",
            "place of the separator",
            (3, 6, 9, 12),
            default=6,
            meaning="which of the sixteen tokens it is",
        ),
    ],
    panels=[
        Panel(
            Heat("catch", x="token", y="token", low=0.0, high=1.0),
            x=Axis("key"),
            y=Axis("query, first layer", (N + 0.5, 0.5)),
        ),
        Panel(
            Heat("release", x="token", y="token", low=0.0, high=0.5),
            x=Axis("key"),
            y=Axis("query, second layer", (N + 0.5, 0.5)),
            main=True,
        ),
        Panel(
            Rule("separator", tone="muted", label="separator"),
            Points("token", "tag", label="tag", tone="value"),
            x=Axis("token", (0, N + 1)),
            y=Axis("tag", (0, 1.05)),
        ),
        Panel(
            Line("sharpnesses", "untagged", label="without a tag", tone="muted", dash=True),
            Line("sharpnesses", "errors", label="error", tone="density"),
            Points("sharpness_now", "error_dot", tone="value", size=9),
            x=Axis("κ", (0, 20)),
            y=Axis("error of the last token", (0, 1.6)),
        ),
    ],
    readouts=[
        Readout("caught", "last token's mass on the separator"),
        Readout("error", "error of the last token"),
    ],
    depends={
        ("token", "sharpnesses"): (),
        ("catch", "caught"): ("sharpness", "place"),
        "separator": ("place",),
        "errors": ("tag_size", "place"),
        "untagged": ("place",),
        "sharpness_now": ("sharpness",),
    },
    caption="""The last token should average what follows the separator. Raise κ: the first layer
    turns the separator into a sink, everything after it is tagged, and the second layer reads the
    tagged alone. Remove the tag: the sink stays, and no κ helps.""",
    alt="""Two causal maps: the first with one bright column from the separator on, the second with
    a bright block after it. Below, the tag of each token, and the error against the sharpness,
    which falls with a tag and stays without.""",
)
