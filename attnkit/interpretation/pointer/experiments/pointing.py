"""Networks that learn to sort by pointing, with and without a mask of what was chosen."""

from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.interpretation.pointer.decoding import point_freely, point_once
from attnkit.interpretation.pointer.experiments.training import Sorting, numbers

__all__ = ["LENGTHS", "POINTER", "run"]

LENGTHS = (5, 10, 20, 40)
"""Lists that are sorted; training has five to ten numbers."""

WAYS = {"once": point_once, "freely": point_freely}


def told(chosen: Tensor, order: Tensor) -> dict[str, float]:
    """Share of right steps, of lists sorted to the end, and of lists in which one place recurs."""
    right = chosen == order
    ranked = chosen.sort(-1).values
    recurs = (ranked[:, 1:] == ranked[:, :-1]).any(-1)
    shares = {"steps": right, "lists": right.all(-1), "repeats": recurs}
    return {name: round(share.double().mean().item(), 4) for name, share in shares.items()}


def run(case: dict, *, seed: int, device: str) -> dict:
    """What each way of pointing sorts at every length, and the network's parameters."""
    sorting = Sorting(seed, case["masked"], case["steps"])
    sorting(case["steps"])
    found: dict = {name: [] for name in WAYS}
    for n in LENGTHS:
        lists = numbers(case["n_lists"], n, sorting.generator)
        order = lists[..., 0].argsort(-1)
        for name, point in WAYS.items():
            found[name].append(told(point(sorting.network, lists), order))
    parameters = sorting.network.state_dict().items()
    return {
        **found,
        "parameters": {
            name: [float(f"{x:.4g}") for x in t.flatten().tolist()] for name, t in parameters
        },
    }


def _cases(steps: int, n_lists: int) -> list[dict]:
    return [{"masked": masked, "steps": steps, "n_lists": n_lists} for masked in (True, False)]


POINTER = Experiment(
    name="interpretation-pointer",
    title="Sorting by pointing, each input once or freely, at lengths that training never had",
    source="Vinyals et al. 2015 (arXiv:1506.03134) for the network; task and sizes are ours",
    cases={"quick": _cases(100, 50), "full": _cases(600, 200)},
    seeds={"quick": 1, "full": 5},
    run=run,
)
