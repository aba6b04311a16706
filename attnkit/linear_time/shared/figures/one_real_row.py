"""One row of a trained head through a plain map, while every key is moved."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import (
    Axis,
    Choice,
    Explorable,
    Panel,
    Readout,
    Slider,
    Values,
    lettered,
)
from attnkit.explore.marks import Bars, Line, Rule
from attnkit.linear_time.shared.plain_maps import BOTH, KEY, moved_keys, plain_maps
from attnkit.linear_time.shared.recorded import short_head
from attnkit.linear_time.shared.rows import divergence

__all__ = ["ONE_REAL_ROW"]

HEADS = ("token before", "token after", "first token", "same word", "nearly all")
MAPS = ("ELU + 1", "ReLU", "Taylor 2", "Taylor 8", "FAVOR+ 64", "FAVOR+ 256")
SHARES = (-0.5, 0.0, 0.5, 1.0, 1.5)
QUERIES = ("the 5", "letter 7", "sailor 11", "the 13", "and 15")
BESIDE = {"polynomial": "Taylor 2", "random": "FAVOR+ 256"}


@cache
def rows(head: str, name: str, share: float, along: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The head's own rows (query, key), and those of the map."""
    _, *pair = short_head(head)
    queries, keys = (torch.from_numpy(each) for each in pair)
    generator = torch.Generator().manual_seed(0)
    imitate = plain_maps(queries.shape[-1], generator)[name]
    made = imitate(queries, moved_keys(queries, keys, share, along))
    return (queries @ keys.T).softmax(-1), made


@cache
def curve(head: str, name: str, along: str) -> np.ndarray:
    """Mean divergence of the map's rows at each share."""
    pairs = (rows(head, name, share, along) for share in SHARES)
    return np.array([divergence(own, made).mean().item() for own, made in pairs])


def compute(head: str, map: str, query: str, share: float, along: str) -> Values:
    """A row of the head beside the map's, and the mean divergence against the share."""
    words = short_head(head)[0]
    own, made = rows(head, map, float(share), along)
    at = int(query.split()[1]) - 1
    curves = {key: curve(head, name, along) for key, name in BESIDE.items()}
    curves["mean"] = curve(head, map, along)
    return {
        "words": lettered(words, len(words), longest=8),
        "token": np.arange(1.0, len(words) + 1),
        "end": len(words) + 0.5,
        "row": own[at].numpy(),
        "other": made[at].numpy(),
        "shares": np.array(SHARES),
        **curves,
        "share": float(share),
        "top": max(4.0, 1.05 * max(each.max() for each in curves.values())),
        "told": divergence(own, made)[at].item(),
        "highest": own[at].max().item(),
        "given": made[at, own[at].argmax()].item(),
    }


ONE_REAL_ROW = Explorable(
    name="one-real-row",
    title="One real row through each map",
    compute=compute,
    controls=[
        Choice("head", "the head reads", HEADS, default="token after", meaning="one of five heads"),
        Choice("map", "map", MAPS, default="ELU + 1", meaning="what stands for the exponential"),
        Choice(
            "query", "row of", QUERIES, default="and 15", meaning="the token that asks, its place"
        ),
        Slider(
            "share", "share λ", stops=SHARES, default=0.0, step=0.5, meaning="taken off every key"
        ),
        Choice("along", "of", (KEY, BOTH), meaning="the vector that every key loses a share of"),
    ],
    panels=[
        Panel(
            Bars("token", "row", label="softmax, the head's own", tone="density"),
            Bars("token", "other", label="the map", tone="value"),
            x=Axis("key", (0.5, "end"), ticks="words"),
            y=Axis("weight in this row", (0, 1)),
            main=True,
        ),
        Panel(
            *(
                Line("shares", key, tone="muted", width=1.4, label=name, dash=key == "random")
                for key, name in BESIDE.items()
            ),
            Line("shares", "mean", tone="value", label="the map, all rows of the head"),
            Rule("share", tone="accent"),
            x=Axis("share λ", (-0.5, 1.5)),
            y=Axis("mean KL in nats", (0, "top")),
        ),
    ],
    readouts=[
        Readout("highest", "highest weight, softmax"),
        Readout("given", "what the map gives that key"),
        Readout("told", "KL of this row"),
    ],
    depends={
        ("words", "token", "end", "shares"): (),
        ("row", "highest"): ("head", "query"),
        "other": ("head", "map", "query", "share", "along"),
        ("told", "given"): ("head", "map", "query", "share", "along"),
        ("mean", "top"): ("head", "map", "along"),
        tuple(BESIDE): ("head", "along"),
        "share": ("share",),
    },
    caption="""ELU + 1 gives every key nearly the same, whatever the head reads: the spike is gone.
    ReLU and Taylor 2 have some of it, Taylor 8 most, FAVOR+ a noisy copy. Now choose "first token"
    and move λ: softmax never changes. Which map wants its keys less their mean, and which less both
    means? What is right for one spoils the other.""",
    alt="""Left, two bars at each of twenty words: the weight that a trained head gives it and the
    weight that a feature map gives it; right, the mean divergence of the head's rows against the
    share of a mean vector that every key has lost, with a line at the chosen share.""",
)
