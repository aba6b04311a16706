"""The broken forms of the memories, failing as they get what they fear."""

from collections.abc import Callable
from functools import cache

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Line, Panel, Points, Readout, Steps, Values
from attnkit.memory import traps

__all__ = ["TRAP_GALLERY"]

# For each trap: its measure, and five severities from harmless to harmful.
TRAPS: dict[str, tuple[Callable[..., dict[str, float]], tuple[float, ...]]] = {
    "inverse by doubling: key correlation": (traps.doubled_series, (0.0, 0.5, 0.8, 0.95, 0.99)),
    "decay as a quotient: nats a token": (traps.factorised_decay, (0.1, 1.0, 2.5, 3.0, 10.0)),
    "state in bfloat16: tokens": (traps.low_precision_state, (16, 64, 128, 256, 512)),
    "normaliser off the graph: tokens": (traps.detached_normaliser, (2, 5, 17, 37, 64)),
    "normaliser not carried: split at": (traps.forgotten_normaliser, (1, 8, 29, 48, 63)),
    "decay carried twice: nats a token": (traps.decay_carried_twice, (0.0, 0.01, 0.1, 0.3, 1.0)),
    "errors at chunk entry: chunk length": (traps.entry_errors, (1, 2, 4, 16, 64)),
}
FLOOR, CEILING = 1e-17, 1e3


@cache
def measured(trap: str) -> tuple[np.ndarray, np.ndarray]:
    """Errors of the broken and of the safe form at every severity."""
    measure, severities = TRAPS[trap]
    kinds = [
        int if measure is not traps.doubled_series and float(s).is_integer() and s >= 1 else float
        for s in severities
    ]
    errors = [measure(kind(s)) for kind, s in zip(kinds, severities, strict=True)]
    return tuple(np.array([e[form] for e in errors], dtype=float) for form in ("broken", "safe"))


def compute(trap: str, severity: float) -> Values:
    """Both error curves, the point on them, and the severity's own number."""
    broken, safe = measured(trap)
    at = int(severity) - 1
    shown = [
        np.clip(np.nan_to_num(e, nan=CEILING, posinf=CEILING), FLOOR, CEILING)
        for e in (broken, safe)
    ]
    return {
        "step": np.arange(1, 6),
        "broken": shown[0],
        "safe": shown[1],
        "here": np.full(2, float(severity)),
        "here_errors": np.array([shown[0][at], shown[1][at]]),
        "severity_value": float(TRAPS[trap][1][at]),
        "broken_error": broken[at] if np.isfinite(broken[at]) else np.nan,
        "safe_error": safe[at],
    }


TRAP_GALLERY = Explorable(
    name="trap-gallery",
    title="A gallery of traps",
    compute=compute,
    controls=[
        Choice("trap", "trap", tuple(TRAPS), meaning="the broken form, and what makes it worse"),
        Steps("severity", "step", (1, 2, 3, 4, 5), default=4, meaning="from harmless to harmful"),
    ],
    panels=[
        Panel(
            Line("step", "broken", label="broken", tone="accent"),
            Line("step", "safe", label="ours", tone="support"),
            Points("here", "here_errors", tone="value", size=11),
            x=Axis("severity", (0.8, 5.2)),
            y=Axis(
                "relative error",
                (1e-17, 2e3),
                log=True,
                ticks={1e-16: "10⁻¹⁶", 1e-12: "10⁻¹²", 1e-8: "10⁻⁸", 1e-4: "10⁻⁴", 1.0: "1"},
            ),
        )
    ],
    readouts=[
        Readout("severity_value", "severity"),
        Readout("broken_error", "broken form's error", undefined="not a number"),
        Readout("safe_error", "our error", digits=9),
    ],
    depends={"step": (), ("broken", "safe"): ("trap",), "here": ("severity",)},
    caption="""Every form here is right on paper or on easy input, and each was met in public code.
    Overflow and NaN are drawn at a thousand.""",
    alt="""Relative error on a logarithmic axis against five steps of severity: the broken form
    climbs to one and beyond, ours stays at rounding error.""",
)
