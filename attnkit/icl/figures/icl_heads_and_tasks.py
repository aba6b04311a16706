"""Heads against tasks: what a number of heads can do for several regressions at once."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Bars, Heat, Points
from attnkit.explore.presets import padded
from attnkit.icl import theory
from attnkit.icl.experiments.two_tasks import overlapping_tasks

__all__ = ["TASKS_FIGURE"]

LAYOUTS = {
    "two tasks, 2 of 4 inputs shared": {"overlap": 2},
    "two tasks, none of 4 shared": {"overlap": 0},
    "two tasks, 3 of 4 shared": {"overlap": 3},
    "three tasks, 1 of 2 shared": {"overlap": 1, "support": 2, "n_tasks": 3},
    "three tasks, none of 2 shared": {"overlap": 0, "support": 2, "n_tasks": 3},
}
HEADS = (2, 3, 4, 5)
_WIDTH, _TASKS = 8, 3


@cache
def _served(layout: str, n_heads: int) -> tuple[np.ndarray, np.ndarray]:
    """Diagonals of the shared preconditioners, padded with zeros, and the risk of each task."""
    task = overlapping_tasks(**LAYOUTS[layout])
    matrices = theory.shared_preconditioners(task, n_heads, sweeps=20)
    risks = theory.debiased_preconditioner_risk(task, matrices)
    return _diagonals_of(matrices), padded(risks, _TASKS)


def _diagonals_of(matrices: torch.Tensor) -> np.ndarray:
    diagonals = matrices.diagonal(dim1=-2, dim2=-1).numpy()
    short = ((0, _TASKS - diagonals.shape[0]), (0, _WIDTH - diagonals.shape[1]))
    return np.pad(diagonals, short)


def compute(layout: str, n_heads: float) -> Values:
    """What each task wants, what the heads can give it, and the risk by number of heads."""
    task = overlapping_tasks(**LAYOUTS[layout])
    given, risks = _served(layout, int(n_heads))
    means = [float(np.nanmean(_served(layout, count)[1])) for count in HEADS]
    wanted = theory.best_debiased_preconditioner(task)
    return {
        "coordinate": np.arange(1, _WIDTH + 1),
        "task": np.arange(1, _TASKS + 1),
        "wanted": _diagonals_of(wanted),
        "given": given,
        "heads": np.array(HEADS, dtype=float),
        "means": np.array(means),
        "chosen_heads": np.array([float(n_heads)]),
        "chosen_mean": np.array([means[HEADS.index(int(n_heads))]]),
        "mean": means[HEADS.index(int(n_heads))],
        "best": theory.debiased_preconditioner_risk(task, wanted).mean().item(),
        "enough": float(theory.sufficient_heads(task.n_targets)),
        "worst": float(np.nanmax(risks)),
    }


def _diagonals(name: str, title: str) -> Panel:
    return Panel(
        Heat(name, x="coordinate", y="task", low=-1, high=1, diverging=True),
        title=title,
        x=Axis("input", (0.5, _WIDTH + 0.5)),
        y=Axis("task", (3.5, 0.5), ticks={1: "1", 2: "2", 3: "3"}),
    )


TASKS_FIGURE = Explorable(
    name="icl-heads-and-tasks",
    title="Heads against tasks",
    compute=compute,
    controls=[
        Choice("layout", "tasks", tuple(LAYOUTS), meaning="which inputs each regression reads"),
        Steps("n_heads", "heads", HEADS, meaning="heads whose gains sum to zero"),
    ],
    panels=[
        _diagonals("wanted", "Diagonal of P each task wants"),
        _diagonals("given", "Diagonal it gets"),
        Panel(
            Bars("heads", "means"),
            Points("chosen_heads", "chosen_mean", tone="accent", size=12),
            title="Mean risk",
            x=Axis("heads", (1.5, 5.5), ticks={float(count): str(count) for count in HEADS}),
            y=Axis("risk", (0, 0.45)),
        ),
    ],
    readouts=[
        Readout("mean", "mean risk of the tasks", digits=4),
        Readout("best", "with heads to spare", digits=4),
        Readout("worst", "worst task", digits=4),
        Readout("enough", "heads that suffice", digits=0),
    ],
    depends={
        ("coordinate", "task", "heads"): (),
        ("wanted", "means", "best", "enough"): ("layout",),
        "chosen_heads": ("n_heads",),
    },
    caption="""The best that heads of small scale can do when their gains sum to zero for every
    task: H heads share H − 1 matrices, found by alternating least squares. Eight examples for each
    input, noise 0.1.""",
    alt="""Two heat maps with one row for each task, the wanted and the given diagonal, and bars of
    the risk that fall until there is one head more than tasks.""",
)
