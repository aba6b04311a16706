"""Tokens on a circle, the cells of centroids, and the pairs that look at each other."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Heat, Line, Points
from attnkit.selection.routing.centroids import spherical_kmeans
from attnkit.selection.routing.routing import routed_keys
from attnkit.selection.shared.kept import dropped
from attnkit.selection.shared.references import oracle, random_keys

__all__ = ["ROUTING_CELLS", "toy"]

N, N_CLUMPS, MOST = 40, 6, 16
SHARPNESS = 8.0


@functools.cache
def toy(clusteredness: float, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Queries and keys (token, 2) of length one in order of their angles: even, or six clumps."""
    generator = torch.Generator().manual_seed(seed)
    even = torch.linspace(0, 2 * torch.pi, N + 1, dtype=torch.float64)[:-1]
    centres = torch.rand(N_CLUMPS, generator=generator, dtype=torch.float64).mul(2 * torch.pi)
    sizes = torch.randint(N_CLUMPS, (N,), generator=generator)
    clumped = centres.sort().values[sizes.sort().values]
    noise = 0.12 * torch.randn(2, N, generator=generator, dtype=torch.float64)
    turned = torch.remainder(clumped - even + torch.pi, 2 * torch.pi) - torch.pi
    angles = even + clusteredness * turned + noise
    return tuple(torch.stack([a.cos(), a.sin()], -1) for a in angles)


def compute(n_clusters: float, n_members: float, clusteredness: float) -> Values:
    """Tokens, cells, kept pairs; mass, density and empty rows with their references."""
    queries, keys = toy(clusteredness)
    generator = torch.Generator().manual_seed(0)
    centroids = spherical_kmeans(torch.cat([queries, keys]), int(n_clusters), generator=generator)
    kept = routed_keys(queries, keys, centroids, n_members=int(n_members))
    scores = SHARPNESS * queries @ keys.mT
    weights = scores.softmax(-1)
    told = dropped(weights, kept)
    n_pairs = int(kept.sum())
    chance = torch.Generator().manual_seed(0)
    others = {
        "best": oracle(weights.view(1, -1), n_pairs),
        "random": random_keys(weights.view(1, -1), n_pairs, chance),
    }
    left = told.empty[:, None]
    return {
        **_points("key", keys),
        **_points("query", 0.8 * queries.masked_fill(left, torch.nan)),
        **_points("left", 0.8 * queries.masked_fill(~left, torch.nan)),
        **_cells(centroids),
        "pairs": (kept * (0.3 + 0.7 * weights / weights.amax(-1, keepdim=True))).numpy(),
        "place": np.arange(1.0, N + 1),
        "mass": 1 - told.mass.mean().item(),
        **{name: (weights[pairs.view(N, N)].sum() / N).item() for name, pairs in others.items()},
        "density": told.density.item(),
        "counted": min(n_clusters * n_members**2 / N**2, 9.99),
        "empty": told.empty.double().mean().item(),
    }


def _points(name: str, places: torch.Tensor) -> Values:
    return {f"{name}_x": places[:, 0].numpy(), f"{name}_y": places[:, 1].numpy()}


def _cells(centroids: torch.Tensor) -> Values:
    """Centroids, and the rays between neighbours: cells of the nearest on a circle are sectors."""
    angles = torch.atan2(centroids[:, 1], centroids[:, 0]).sort().values
    following = torch.cat([angles[1:], angles[:1] + 2 * torch.pi])
    between = (angles + following) / 2
    none = torch.full_like(between, torch.nan)
    rays = [
        torch.stack([0 * between, 1.25 * each, none], -1) for each in (between.cos(), between.sin())
    ]
    padded = {"centroid_x": angles.cos(), "centroid_y": angles.sin()}
    padded |= {"ray_x": rays[0].flatten(), "ray_y": rays[1].flatten()}
    sizes = {"centroid_x": MOST, "centroid_y": MOST, "ray_x": 3 * MOST, "ray_y": 3 * MOST}
    return {
        name: np.pad(each.numpy(), (0, sizes[name] - len(each)), constant_values=np.nan)
        for name, each in padded.items()
    }


ROUTING_CELLS = Explorable(
    name="routing-cells",
    title="Cells of centroids, and who looks at whom",
    compute=compute,
    controls=[
        Steps("n_clusters", "clusters c", (2, 4, 8, 16), default=8, meaning="centroids"),
        Steps("n_members", "members w", (2, 5, 10, 20), default=5, meaning="taken by each"),
        Slider(
            "clusteredness",
            stops=(0.0, 0.5, 1.0),
            default=1.0,
            step=0.5,
            meaning="0: evenly round the circle; 1: six clumps of unequal size",
        ),
    ],
    panels=[
        Panel(
            Line("ray_x", "ray_y", tone="muted", width=1.2, label="cells"),
            Points("key_x", "key_y", tone="value", size=5, label="keys"),
            Points("query_x", "query_y", tone="density", size=5, label="queries"),
            Points("left_x", "left_y", tone="accent", size=9, label="no centroid took it"),
            Points("centroid_x", "centroid_y", tone="support", size=9, label="centroids"),
            x=Axis("", (-1.3, 1.3)),
            y=Axis("", (-1.3, 1.3)),
            square=True,
            main=True,
        ),
        Panel(
            Heat("pairs", "place", "place", low=0, high=1, label="0.3 + 0.7 of the row's best"),
            title="Pairs kept, by their share of the row's largest weight",
            x=Axis("key, by angle", (0.5, N + 0.5)),
            y=Axis("query, by angle", (N + 0.5, 0.5)),
            square=True,
        ),
    ],
    readouts=[
        Readout("mass", "mass caught"),
        Readout("best", "best pairs, as many"),
        Readout("random", "random pairs, as many"),
        Readout("density", "density"),
        Readout("counted", "c w² / n²"),
        Readout("empty", "rows without a key"),
    ],
    depends={
        ("key_x", "key_y"): ("clusteredness",),
        "place": (),
        ("ray_x", "ray_y", "centroid_x", "centroid_y"): ("n_clusters", "clusteredness"),
        "counted": ("n_clusters", "n_members"),
    },
    caption="""Each centroid takes its w nearest queries and keys, also those that another took:
    some queries (pink) belong to nobody and read nothing. Set c = 16: tokens spread evenly are all
    taken, and in clumps, where centroids crowd, one query in eight is not. Raise w until all are
    taken, and see the density fall behind c w²/n², since clusters overlap.""",
    alt="""Left, queries and keys on two circles with rays between the cells of centroids, and
    queries that no centroid took in pink; right, a matrix of the pairs kept, in blocks along the
    diagonal.""",
)
