"""The reproductions of this room, for `attnkit reproduce NAME`."""

from attnkit.densities.layers.experiments.time_warping import run_time_warping
from attnkit.densities.layers.experiments.uwave import run_uwave
from attnkit.experiments import Experiment

__all__ = ["TIME_WARPING", "UWAVE"]

SOURCE = "Moreno et al. 2022, Kernel Multimodal Continuous Attention (submission read)"
BUMPS = ("cts softmax", "cts sparsemax", "mixture")
KERNELS = ("kernel softmax", "kernel sparsemax")
BASELINES = ("nearest neighbour", "logistic regression")
QUICK, FULL = {"data": "gestures", "share": 0.3}, {"data": "uwave", "share": 0.1}
SMALL_BATCHES = {"rates": [3e-3, 1e-3], "epochs": 40, "patience": 8, "batch": 32}


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


def _baselines(data: dict) -> list[dict]:
    return [{"method": method, **data} for method in BASELINES]


def _most_heads(n_heads: int, n_centers: int, settings: dict) -> list[dict]:
    """Every method, the bumps with every parametrisation of their mean."""
    settings = {"heads": n_heads, **settings}
    return [
        {"method": "discrete softmax", **settings},
        *_bumps(("unconstrained", "bounded"), BUMPS, settings),
        *_bumps(("centred",), BUMPS[:2], settings),
        *_kernels(n_centers, settings),
    ]


def _fewer_heads(n_heads: int, n_centers: int, settings: dict) -> list[dict]:
    """One learning rate for all but the unconstrained means, whose heads die at the faster one."""
    one_rate = {"heads": n_heads, **settings, "rates": settings["rates"][:1]}
    return [
        {"method": "discrete softmax", **one_rate},
        *_bumps(("unconstrained",), BUMPS[:2], {"heads": n_heads, **settings}),
        *_bumps(("bounded",), BUMPS, one_rate),
        *_kernels(n_centers, one_rate),
    ]


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
        "quick": [
            *_baselines(QUICK),
            *_most_heads(
                4, 32, QUICK | {"rates": [3e-3], "epochs": 30, "patience": 8, "batch": 16}
            ),
        ],
        "full": [
            *_baselines(FULL),
            *_most_heads(32, 64, FULL | SMALL_BATCHES),
            *(
                case
                for n_heads in (4, 1, 16, 8, 2)
                for case in _fewer_heads(n_heads, 64, FULL | SMALL_BATCHES)
            ),
        ],
        "paper": [
            *_baselines(FULL),
            *_most_heads(
                100, 256, FULL | {"rates": [1e-3, 1e-4], "epochs": 100, "patience": 20, "batch": 25}
            ),
        ],
    },
    seeds={"quick": 1, "full": 5, "paper": 10},
    run=run_uwave,
)
