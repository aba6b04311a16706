"""The reproductions of this room, for `attnkit reproduce NAME`."""

from attnkit.densities.reproductions.time_warping import run_time_warping
from attnkit.densities.reproductions.uwave import run_uwave
from attnkit.experiments import Experiment

__all__ = ["TIME_WARPING", "UWAVE"]

SOURCE = "Moreno et al. 2022, Kernel Multimodal Continuous Attention (submission read)"
BUMPS = ("cts softmax", "cts sparsemax", "mixture")
KERNELS = ("kernel softmax", "kernel sparsemax")
BASELINES = ("nearest neighbour", "logistic regression")


def _bumps(means: tuple[str, ...], methods: tuple[str, ...], settings: dict) -> list[dict]:
    return [
        {"method": method, "mean": mean, **settings}
        | ({"components": 5} if method == "mixture" else {})
        for mean in means
        for method in methods
    ]


def _kernels(n_centers: int, settings: dict) -> list[dict]:
    return [{"method": m, "centers": n_centers, "width": 0.05, **settings} for m in KERNELS]


def _warping(
    n_series: int, training: dict, *, fastest: tuple[float, ...], n_centers: int
) -> list[dict]:
    cases = []
    for rate in fastest:
        data = {"series": n_series, "fastest": rate}
        cases += [{"method": method, **data} for method in ("known clock", *BASELINES)]
        settings = {"heads": 2, **data, **training}
        cases += _bumps(("unconstrained", "bounded"), BUMPS[:2], settings)
        cases += _kernels(n_centers, settings)
    return cases


def _uwave(data: dict, training: dict, *, n_heads: tuple[int, ...], n_centers: int) -> list[dict]:
    """The largest number of heads first, with every parametrisation of the mean."""
    cases = [{"method": method, **data} for method in BASELINES]
    for heads in n_heads:
        settings = {"heads": heads, **data, **training}
        means = ("unconstrained", "centred", "bounded")
        cases.append({"method": "discrete softmax", **settings})
        if heads == n_heads[0]:
            cases += _bumps(means, BUMPS, settings)
        else:
            cases += _bumps(means[::2], BUMPS[:2], settings)
            cases += _bumps(means[2:], BUMPS[2:], settings)
        cases += _kernels(n_centers, settings)
    return cases


TIME_WARPING = Experiment(
    name="densities-time-warping",
    title="Two halves of a time that each trajectory tells on its own clock",
    source=SOURCE,
    cases={
        "quick": _warping(
            400,
            {"rates": [3e-3], "epochs": 3, "patience": 3, "batch": 64},
            fastest=(25.0,),
            n_centers=32,
        ),
        "full": _warping(
            10_000,
            {"rates": [3e-3], "epochs": 10, "patience": 5, "batch": 64},
            fastest=(25.0,),
            n_centers=64,
        ),
        "paper": _warping(
            10_000,
            {"rates": [1e-3, 1e-4, 1e-5], "epochs": 10, "patience": 10, "batch": 25},
            fastest=(25.0, 20.0),
            n_centers=128,
        ),
    },
    seeds={"quick": 1, "full": 10, "paper": 100},
    run=run_time_warping,
)

UWAVE = Experiment(
    name="densities-uwave",
    title="Gestures from a tenth of their points: every attention, by number of heads",
    source=SOURCE,
    cases={
        "quick": _uwave(
            {"data": "gestures", "share": 0.3},
            {"rates": [3e-3], "epochs": 5, "patience": 5, "batch": 16},
            n_heads=(4, 1),
            n_centers=32,
        ),
        "full": _uwave(
            {"data": "uwave", "share": 0.1},
            {"rates": [3e-3, 1e-3], "epochs": 40, "patience": 8, "batch": 32},
            n_heads=(32, 8, 1, 4, 16, 2),
            n_centers=64,
        ),
        "paper": _uwave(
            {"data": "uwave", "share": 0.1},
            {"rates": [1e-3, 1e-4], "epochs": 100, "patience": 20, "batch": 25},
            n_heads=(100,),
            n_centers=256,
        ),
    },
    seeds={"quick": 1, "full": 5, "paper": 10},
    run=run_uwave,
)
