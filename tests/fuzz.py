"""Wrong input for every public callable: one argument at a time of a call that is right.

A room gives its right calls in `tests/<room>/right_calls.py` (any folder of tests may have one):

    CALLS = [
        Call(attnkit.entmax, lambda: {"scores": torch.randn(3, 5), "alpha": 1.5}),
        Call(
            BetaGaussian, lambda: {...},
            then={"log_prob": lambda: {"value": torch.randn(2)}},     # its methods
            means={"scale": {"negated"}},                             # documented: gives a result
        ),
    ]

For each argument the harness puts in what its right value suggests (see `wrong`), and looks at what
comes back: a refusal that names the argument, an unclear error, a result, or nothing in time.
`python -m tests.fuzz` prints the table.
"""

import importlib
import math
import pkgutil
import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, is_dataclass

import numpy as np
import torch
from torch import Tensor

import tests

__all__ = ["Call", "calls", "declared", "outcomes", "table"]

TIMEOUT = 5
TYPES = {
    "list",
    "numpy",
    "none",
    "string",
    "complex",
    "integer",
    "bool",
    "real",
    "seed",
    "nonsense",
}
"""Of another type: must be refused."""

VALUES = {"nan", "inf", "minus inf"}
"""Not a number: must be refused, unless the documentation gives it a meaning."""


@dataclass(frozen=True)
class Call:
    """A right call of a public callable.

    `means` names, for an argument, the wrong inputs that have a documented meaning after all;
    `then` the right calls of the methods of what comes back; `reads` turns a result into tensors
    and numbers to look at, where its leaves are not enough.
    """

    function: Callable
    arguments: Callable[[], dict]
    means: Mapping[str, set[str]] = field(default_factory=dict)
    then: Mapping[str, Callable[[], dict]] = field(default_factory=dict)
    reads: Callable | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """The public name of what is called."""
        return self.name or f"{self.function.__module__}.{self.function.__qualname__}"

    def methods(self) -> Iterator["Call"]:
        """The call itself, and one for each method named in `then`."""
        yield self
        for method, arguments in self.then.items():
            yield Call(
                lambda method=method, **given: getattr(self.function(**self.arguments()), method)(
                    **given
                ),
                arguments,
                self.means,
                reads=self.reads,
                name=f"{self.label}.{method}",
            )


@dataclass(frozen=True)
class Outcome:
    """What one wrong input got: clear, unclear, result, accepted, silent or hanging."""

    label: str
    argument: str
    mutation: str
    kind: str
    detail: str = ""


def declared() -> list[Call]:
    """Every right call that a folder of tests declares."""
    found = []
    for module in pkgutil.walk_packages(tests.__path__, "tests."):
        if module.name.endswith(".right_calls"):
            found += importlib.import_module(module.name).CALLS
    return found


def calls() -> list[Call]:
    """Every right call, and one for each method that it names."""
    return [each for call in declared() for each in call.methods()]


def wrong(value: object) -> Iterator[tuple[str, object]]:
    """Wrong inputs in place of a right one, with their names."""
    if isinstance(value, Tensor):
        yield from _wrong_tensors(value)
    elif isinstance(value, bool):
        yield from (("string", "yes please"), ("real", 0.5))
    elif isinstance(value, int):
        yield from _wrong_numbers(value)
        yield from (("real", value + 0.5), ("huge", 10**12))
    elif isinstance(value, float):
        yield from _wrong_numbers(value)
        yield from (("nan", math.nan), ("inf", math.inf), ("minus inf", -math.inf), ("huge", 1e30))
        yield from (("tiny", 1e-30),)
    elif isinstance(value, str):
        yield from (("nonsense", "no such thing"), ("none", None), ("integer", 3))
    elif isinstance(value, torch.Generator):
        yield from (("none", None), ("seed", 0))
    elif isinstance(value, Mapping) or callable(value):
        yield from (("none", None), ("integer", 3), ("string", "f"))


def _wrong_numbers(value: float) -> Iterator[tuple[str, object]]:
    yield from (("none", None), ("string", "3"), ("list", [value]), ("complex", complex(value)))
    yield from (("bool", True), ("negated", -value), ("zero", type(value)(0)))


def _wrong_tensors(value: Tensor) -> Iterator[tuple[str, object]]:
    yield from (("none", None), ("string", "scores"), ("list", value.tolist()))
    yield "numpy", value.detach().numpy()
    if value.dtype == torch.bool:
        yield from (("integer", value.int()), ("real", value.float()))
        return
    if value.is_floating_point():
        yield from (("integer", value.long()), ("bool", value > 0), ("complex", value + 0j))
        yield from _wrong_entries(value)
        yield from (("half", value.half()), ("requires grad", value.clone().requires_grad_()))
    yield from _wrong_shapes(value)


def _wrong_entries(value: Tensor) -> Iterator[tuple[str, object]]:
    if not value.numel():
        return
    entries = {"nan": math.nan, "inf": math.inf, "minus inf": -math.inf, "huge": 1e30}
    for name, entry in entries.items():
        bad = value.clone()
        bad.view(-1)[-1] = entry
        yield name, bad
    yield from (("tiny", value * 1e-30), ("zero", value * 0), ("negated", -value))


def _wrong_shapes(value: Tensor) -> Iterator[tuple[str, object]]:
    yield "one more dimension", value.unsqueeze(0)
    if value.ndim:
        yield "one dimension less", value.select(0, 0)
        longer = torch.cat([value, value[..., :1]], -1)
        yield from (("longer", longer), ("empty", value[..., :0]), ("length one", value[..., :1]))
        yield "not contiguous", torch.stack([value, value], -1)[..., 0]


def outcomes(call: Call) -> list[Outcome]:
    """What every wrong input of one call gets."""
    with suppress(FileNotFoundError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        call.function(**_fresh(call))  # a right call is right, and what it imports is there
    found = []
    for argument, value in _fresh(call).items():
        for mutation, bad in wrong(value):
            given = _fresh(call) | {argument: bad}
            kind, detail = _try(call, given, argument, mutation)
            found.append(Outcome(call.label, argument, mutation, kind, detail))
    return found


def _fresh(call: Call) -> dict:
    """The right arguments, the same every time."""
    torch.manual_seed(0)
    return call.arguments()


def _try(call: Call, given: dict, argument: str, mutation: str) -> tuple[str, str]:
    try:
        with _limit(TIMEOUT), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = call.function(**given)
            numbers = list(_leaves(call.reads(result) if call.reads else result))
    except TimeoutError:
        return "hanging", f"no answer in {TIMEOUT} s"
    except Exception as error:
        return _judged_error(error, argument)
    if mutation in call.means.get(argument, ()):
        return "result", ""
    if mutation in TYPES:
        return "accepted", f"a result for {mutation} in place of {argument}"
    bad = [n for n in numbers if not _is_finite(n)]
    if bad:
        return "silent", f"{bad[0]}"[:80]
    return ("accepted", "not a number, and a result") if mutation in VALUES else ("result", "")


def _judged_error(error: Exception, argument: str) -> tuple[str, str]:
    """Clear where the library's own error names the argument, or the name that is not known."""
    ours = isinstance(error, TypeError | ValueError | FileNotFoundError | LookupError)
    named = argument in str(error) or "no such thing" in str(error)
    shape_check = "jaxtyping" in type(error).__module__ or "beartype" in type(error).__module__
    python_s = "unexpected keyword" in str(error)
    kind = "clear" if ours and named and not shape_check and not python_s else "unclear"
    return kind, f"{type(error).__name__}: {error}"[:160]


def _leaves(result: object) -> Iterator[object]:
    if isinstance(result, Tensor | np.ndarray | int | float | complex):
        yield result
    elif isinstance(result, Mapping):
        for part in result.values():
            yield from _leaves(part)
    elif isinstance(result, list | tuple):
        for part in result:
            yield from _leaves(part)
    elif is_dataclass(result) and not isinstance(result, type):
        for part in fields(result):
            yield from _leaves(getattr(result, part.name, None))


def _is_finite(leaf: object) -> bool:
    if isinstance(leaf, complex):
        return False
    array = leaf.detach().double().numpy() if isinstance(leaf, Tensor) else np.asarray(leaf)
    if array.dtype.kind not in "fc":
        return True
    return array.dtype.kind == "f" and bool(np.isfinite(array).all())


@contextmanager
def _limit(seconds: int):
    def stop(*_):
        raise TimeoutError

    # Time of this process, so that a busy machine is no fault of the function.
    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


def table(found: list[Outcome]) -> str:
    """Outcomes counted for each module, as a Markdown table."""
    kinds = ("result", "clear", "unclear", "accepted", "silent", "hanging")
    counts: dict[str, Counter] = {}
    for outcome in found:
        counts.setdefault(".".join(outcome.label.split(".")[:3]), Counter())[outcome.kind] += 1
    rows = [f"| module | {' | '.join(kinds)} | named |", "|---" * (len(kinds) + 2) + "|"]
    for module, count in sorted({**counts, "all": sum(counts.values(), Counter())}.items()):
        refused = count["clear"] + count["unclear"]
        share = f"{count['clear'] / refused:.0%}" if refused else "-"
        cells = " | ".join(str(count[kind]) for kind in kinds)
        rows.append(f"| {module} | {cells} | {share} |")
    return "\n".join(rows)


if __name__ == "__main__":
    every = [outcome for call in calls() for outcome in outcomes(call)]
    for outcome in every:
        if outcome.kind in ("unclear", "accepted", "silent", "hanging"):
            print(
                f"{outcome.kind:8} {outcome.label} {outcome.argument}: {outcome.mutation}:"
                f" {outcome.detail}"
            )
    print(table(every))
