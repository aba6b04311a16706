"""Chances between clusters, chances between tokens, and a graph drawn from these."""

import functools
import math

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Heat
from attnkit.selection.sbm.chances import block_matrix, edge_chances
from attnkit.selection.sbm.sampled import sample_edges

__all__ = ["GRAPH_OF_CLUSTERS"]

N, K = 28, 4
BIASES = (-6.0, -4.0, -2.0, -1.0, 0.0, 2.0)


@functools.cache
def tokens() -> torch.Tensor:
    """Seven tokens of each of four clusters, in order."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(N, K, generator=generator, dtype=torch.float64)
    return torch.eye(K, dtype=torch.float64).repeat_interleave(N // K, 0) + 0.15 * noise


def compute(bias: float, sharpness: float, floor: float, draw: float) -> Values:
    """Blocks, chances and edges; density and empty rows beside their means."""
    clusters = sharpness * torch.eye(K, dtype=torch.float64)
    chances = edge_chances(tokens(), tokens(), clusters, bias=bias, floor=floor)
    edges = sample_edges(chances, torch.Generator().manual_seed(int(draw)))
    spread = (chances * (1 - chances)).sum().sqrt() / N**2
    return {
        "blocks": block_matrix(clusters).numpy(),
        "chances": chances.numpy(),
        "edges": edges.numpy(),
        "cluster": np.arange(1.0, K + 1),
        "token": np.arange(1.0, N + 1),
        "expected": chances.mean().item(),
        "drawn": edges.mean().item(),
        "off": math.nan if not spread else ((edges - chances).mean() / spread).item(),
        "empty": (1 - edges.amax(-1)).mean().item(),
        "highest": chances.max().item(),
    }


GRAPH_OF_CLUSTERS = Explorable(
    name="graph-of-clusters",
    title="A graph drawn from clusters",
    compute=compute,
    controls=[
        Steps("bias", "bias b", BIASES, default=-4.0, meaning="the dial of density"),
        Steps(
            "sharpness", "sharpness", (1.0, 4.0, 8.0), default=8.0, meaning="length of a cluster"
        ),
        Steps("floor", "floor ε", (0.0, 0.01), default=0.01, meaning="added to every chance"),
        Steps("draw", "draw", (0, 1, 2), default=0, meaning="seed of the graph"),
    ],
    panels=[
        Panel(
            Heat("blocks", "cluster", "cluster", low=0, high=0.3),
            title="Blocks S",
            x=Axis("cluster", (0.5, K + 0.5)),
            y=Axis("cluster", (K + 0.5, 0.5)),
            square=True,
        ),
        Panel(
            Heat("chances", "token", "token", low=0, high=0.5, label="0.5 and more"),
            title="Chances P",
            x=Axis("key", (0.5, N + 0.5)),
            y=Axis("query", (N + 0.5, 0.5)),
            square=True,
            main=True,
        ),
        Panel(
            Heat("edges", "token", "token", low=0, high=1),
            title="One graph A",
            x=Axis("key", (0.5, N + 0.5)),
            y=Axis("query", (N + 0.5, 0.5)),
            square=True,
        ),
    ],
    readouts=[
        Readout("expected", "mean chance"),
        Readout("drawn", "share of pairs drawn"),
        Readout("off", "apart, in sd", digits=2, undefined="no chance"),
        Readout("highest", "highest chance"),
        Readout("empty", "rows without a key"),
    ],
    depends={
        ("cluster", "token"): (),
        "blocks": ("sharpness",),
        ("chances", "expected", "highest"): ("bias", "sharpness", "floor"),
    },
    caption="""Twenty-eight tokens in four clusters. At sharpness 8 and bias −4 they are nearly
    crisp, and the highest chance is little above a quarter, which it could not pass if they were
    crisp: the blocks share a sum of one. Raise the bias to fill the
    squares, and the space between them fills as well. Lower it to −6 without the floor and rows
    run empty.""",
    alt="""Three matrices: four by four chances between clusters, strongest on the diagonal;
    chances between 28 queries and keys in four squares along the diagonal; and a graph of zeros
    and ones drawn from these.""",
)
