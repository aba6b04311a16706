"""No public callable answers wrong input with silence, with nonsense, or never."""

import importlib
import inspect
from pathlib import Path

import pytest

from tests.fuzz import calls, outcomes

NAMES = (Path(__file__).parents[1] / "book/public_names.txt").read_text(encoding="utf-8").split()
GIVEN_BACK = {  # results, which the library makes, and classes to inherit from
    *("Clock", "Course", "Estimate", "Existence", "FitDiagnostics", "Labelled", "LinearRule"),
    *("PairFunction", "Patterns", "Power", "Report", "RunningMean", "Spectrum", "TrainingRun"),
    *("Contexts", "Dropped", "MovingNodes", "RiskEstimate", "SharedNodes", "TileCount"),
    *("Capture", "Encoder"),
    "print_progress",  # handed to `train`, which calls it
}


def wanted() -> set[str]:
    """The public callables that a person gives something to."""
    found = set()
    for name in NAMES:
        module, _, last = name.rpartition(".")
        thing = getattr(importlib.import_module(module), last) if module else None
        error = isinstance(thing, type) and issubclass(thing, BaseException)
        if callable(thing) and not error and last not in GIVEN_BACK:
            try:
                takes = inspect.signature(thing).parameters
            except ValueError:
                takes = {}
            found |= {last} if takes else set()
    return found


def test_every_public_callable_has_a_right_call():
    labels = {part for call in calls() for part in call.label.split(".")}
    assert wanted() - labels == set()


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.label)
def test_wrong_input_is_refused_by_name_or_has_a_meaning(call):
    found = outcomes(call)
    assert not [o for o in found if o.kind in ("accepted", "silent", "hanging")]
    refused = [o for o in found if o.kind in ("clear", "unclear")]
    unclear = [o for o in refused if o.kind == "unclear"]
    assert len(unclear) <= 0.05 * len(refused), unclear
