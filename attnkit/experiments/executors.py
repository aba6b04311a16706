"""What may compute units, and what it must be able to do."""

import pickle
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from attnkit.experiments.experiment import ExperimentError
from attnkit.experiments.plan import Plan
from attnkit.experiments.processes import ProcessPool

__all__ = ["kind", "require_executor"]


def kind(executor: Any) -> str:
    """What provenance calls an executor."""
    return "none" if executor is None else type(executor).__name__.lstrip("_")


def require_executor(executor: Any, plan: Plan) -> None:
    """Refuse what takes no units, or not those of this plan."""
    if executor is None:
        return
    if not callable(getattr(executor, "submit", None)):
        raise TypeError(
            f"executor must have submit(function, *args), got {type(executor).__name__}"
        )
    if plan.device == "cuda":
        raise ExperimentError("device cuda takes no executor: its workers would share one device")
    if isinstance(executor, ProcessPool | ProcessPoolExecutor):
        _require_importable(plan, type(executor).__name__)


def _require_importable(plan: Plan, pool: str) -> None:
    """These pools send a function by its name, so that a worker must be able to import it."""
    function = plan.experiment.run
    reason = None
    try:
        pickle.dumps(function)
    except Exception as error:
        reason = str(error)
    if pool == ProcessPool.__name__ and getattr(function, "__module__", None) == "__main__":
        typed_in = not hasattr(sys.modules["__main__"], "__file__")
        reason = "it is defined in a notebook or a prompt" if typed_in else reason
    if reason is not None:
        raise ExperimentError(
            f"{plan.name}: a {pool} cannot send its function to another process ({reason}); "
            "put it into a module, or use loky or Dask, which send the code itself"
        )
