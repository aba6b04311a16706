"""What one random head sees: its score of a query-key pair, with and without a mean matrix."""

from functools import cache

import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Heat, Line, Rule
from attnkit.random_features.attention import mean_matrix
from attnkit.random_features.features import append_constant, head_scores

__all__ = ["ONE_HEAD"]

N_HEADS, N_ANGLES = 5, 37
ANGLES = torch.linspace(-180.0, 180.0, N_ANGLES, dtype=torch.float64)


@cache
def _noise() -> torch.Tensor:
    """Centred query-key matrices of a few heads on the circle, (head, 3, 3)."""
    generator = torch.Generator().manual_seed(4)
    return 0.5 * torch.randn(N_HEADS, 3, 3, generator=generator, dtype=torch.float64)


def _on_circle(degrees: torch.Tensor) -> torch.Tensor:
    angle = torch.deg2rad(degrees)
    return append_constant(torch.stack([angle.cos(), angle.sin()], dim=-1))


def compute(head: float, bias: float, query: float) -> Values:
    """Scores of all keys for one query, and of all pairs, by one head."""
    matrix = (_noise()[int(head) - 1] + mean_matrix(2, 2, bias_scale=bias))[None]
    keys, token = _on_circle(ANGLES), _on_circle(torch.tensor([query], dtype=torch.float64))
    one = head_scores(matrix, token, keys[None])
    every = head_scores(matrix, keys, keys[None].expand(N_ANGLES, -1, -1))[:, 0]
    return {
        "angle": ANGLES.numpy(),
        "score": one[0, 0].numpy(),
        "all": every.numpy(),
        "query": float(query),
        "at_match": float(head_scores(matrix, token, token[None])),
    }


ONE_HEAD = Explorable(
    name="one-random-head",
    title="What one random head sees",
    compute=compute,
    controls=[
        Steps("head", "head", range(1, N_HEADS + 1), meaning="another draw of W"),
        Slider(
            "bias",
            low=0.0,
            high=4.0,
            grid=9,
            default=0.0,
            step=0.25,
            meaning="W₀ = bias · [I 0; 0 0]",
        ),
        Slider(
            "query",
            "query angle",
            low=-180.0,
            high=180.0,
            grid=25,
            default=0.0,
            step=5.0,
            meaning="in degrees",
        ),
    ],
    panels=[
        Panel(
            Line("angle", "score", label="score"),
            Rule(0.0, axis="y", label="the ReLU cuts what is below", tone="value"),
            Rule("query", label="the query"),
            title="One query, every key",
            x=Axis("angle of the key (degrees)", (-180, 180)),
            y=Axis("score", (-6, 6)),
        ),
        Panel(
            Heat("all", x="angle", y="angle", low=-6, high=6, diverging=True),
            title="Every query, every key",
            x=Axis("angle of the key (degrees)", (-180, 180)),
            y=Axis("angle of the query (degrees)", (-180, 180)),
        ),
    ],
    readouts=[Readout("at_match", "score of the key equal to the query")],
    depends={"angle": (), "all": ("head", "bias"), "query": ("query",)},
    caption="""Tokens on the circle. Without bias a head prefers an arbitrary direction of query and
    key. Turn the bias up and the diagonal appears: every head now scores a key by how well it
    matches the query, and the random part is what tells the heads apart.""",
    alt="""Left, the score of one random head against the angle of the key for one query; right, a
    map of the score over all angles of query and key, on which a diagonal ridge grows with the
    bias.""",
)
