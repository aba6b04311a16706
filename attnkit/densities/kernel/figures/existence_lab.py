"""When does a kernel score have a density on the whole line? Kernel, base density and norm."""

import functools
import math

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, StudentT

from attnkit.densities.kernel.deformed import log_deformed_exp
from attnkit.densities.kernel.existence import (
    Existence,
    ExponentialTail,
    KernelGrowth,
    PowerTail,
    existence,
    truncated_log_mass,
)
from attnkit.explore import Axis, Choice, Explorable, Line, Panel, Points, Readout, Steps, Values

__all__ = ["EXISTENCE_LAB", "TAILS", "ExponentialPower", "log_masses", "score_of"]

# A tail of power 0 stands for Student's t, whose tail is a power of t.
TAILS = {"Student": 0.0, "root": 0.5, "Laplace": 1.0, "between": 1.5, "normal": 2.0,
         "cubic": 3.0, "quartic": 4.0}  # fmt: skip
GROWTHS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
NORMS = (0.2, 0.4, 0.5, 0.6, 1.0, 1.5)
ALPHAS = (1.0, 1.5, 2.0)
RULES = ("as proved", "the boundary counts as safe")
RADII = torch.from_numpy(np.geomspace(1, 1000, 16).round(4))
DEGREES_OF_FREEDOM, HIGHEST = 3.0, 1000.0


class ExponentialPower(Distribution):
    """exp(-|t|^power / power) / constant: Laplace's density at power 1, the normal one at 2."""

    def __init__(self, power: float):
        self.power = power
        super().__init__(validate_args=False)

    def log_prob(self, value: Tensor) -> Tensor:
        """Log-density at the points."""
        constant = math.log(2) + math.log(self.power) / self.power + math.lgamma(1 + 1 / self.power)
        return -(value.abs() ** self.power) / self.power - constant


def _base(tail: float) -> Distribution:
    if tail > 0:
        return ExponentialPower(tail)
    return StudentT(torch.tensor(DEGREES_OF_FREEDOM, dtype=torch.float64))


def _tail(tail: float) -> ExponentialTail | PowerTail:
    return ExponentialTail(tail, rate=1 / tail) if tail > 0 else PowerTail(DEGREES_OF_FREEDOM)


def score_of(points: Tensor, growth: float, norm: float | Tensor, alpha: float) -> Tensor:
    """Log of exp_(2 - alpha)(f) for f = norm |t|^(growth / 2), of kernel |s t|^(growth / 2)."""
    return log_deformed_exp(norm * points.abs() ** (growth / 2), alpha)


@functools.cache
def log_masses(alpha: float, growth: float, tail: float) -> np.ndarray:
    """Logs of the integrals for each of the norms, up to each of the radii; none above 1000."""
    norms = torch.tensor(NORMS, dtype=torch.float64)[:, None, None, None]
    score = functools.partial(score_of, growth=growth, norm=norms, alpha=alpha)
    return truncated_log_mass(score, _base(tail), RADII).clamp(max=HIGHEST).numpy()


@functools.cache
def _lattice(alpha: float, rule: str) -> dict[str, np.ndarray]:
    """For each answer the (growth, tail) at which it holds for a norm that is not known."""
    places = {answer: [] for answer in Existence}
    for growth in GROWTHS:
        for tail in TAILS.values():
            answer = existence(KernelGrowth(growth), _tail(tail), alpha=alpha)
            places[_by_rule(answer, rule)].append((growth, tail))
    length = len(GROWTHS) * len(TAILS)
    padded = {answer: found + [(math.nan,) * 2] * (length - len(found))
              for answer, found in places.items()}  # fmt: skip
    names = {Existence.YES: "yes", Existence.DEPENDS_ON_NORM: "depends", Existence.NO: "no"}
    return {
        f"{names[answer]}_{axis}": np.array(found)[:, i]
        for answer, found in padded.items()
        for i, axis in enumerate(("growth", "tail"))
    }


def _by_rule(answer: Existence, rule: str) -> Existence:
    forgiven = rule != "as proved" and answer is Existence.DEPENDS_ON_NORM
    return Existence.YES if forgiven else answer


def compute(alpha: float, growth: float, tail: str, norm: float, rule: str) -> Values:
    """The truncated integrals, and what the checker answers everywhere."""
    power = TAILS[tail]
    masses = log_masses(alpha, growth, power)[NORMS.index(norm)]
    said = existence(KernelGrowth(growth), _tail(power), alpha=alpha)
    if _by_rule(said, rule) is Existence.DEPENDS_ON_NORM:
        said = existence(KernelGrowth(growth), _tail(power), alpha=alpha, norm=norm)
    safe = _by_rule(said, rule) is Existence.YES
    return {
        "radius": RADII.numpy(),
        "log_mass": masses,
        "boundary": np.array([0.0, 4.0]) if alpha == 1 else np.full(2, math.nan),
        "here": np.array([growth]),
        "here_yes": np.array([power if safe else math.nan]),
        "here_no": np.array([math.nan if safe else power]),
        "at_ten": masses[5],
        "at_hundred": masses[10],
        "at_thousand": masses[15],
        **_lattice(alpha, rule),
    }


EXISTENCE_LAB = Explorable(
    name="existence-lab",
    title="Is there a density at all?",
    compute=compute,
    controls=[
        Steps(
            "growth",
            "kernel growth ξ",
            GROWTHS,
            default=4.0,
            meaning="k(t, t) grows like |t| to this power; 0 is a bounded kernel",
        ),
        Choice(
            "tail",
            "base density",
            tuple(TAILS),
            default="normal",
            meaning="tails from heavy to light; all but the first like exp(−|t|^η / η)",
        ),
        Steps("norm", "norm of the score", NORMS, default=0.6, meaning="f = norm · |t|^(ξ/2)"),
        Steps("alpha", "α", ALPHAS, meaning="1 integrates exp(f), others a power"),
        Choice(
            "rule",
            "break it",
            RULES,
            meaning="count η = ξ/2 as safe, as the printed corollary does",
        ),
    ],
    panels=[
        Panel(
            Line("radius", "log_mass", label="log of the integral", tone="accent"),
            title="exp(f) times base density, integrated",
            x=Axis("integrated from −T to T", (1, 1000), log=True),
            y=Axis("log of the integral", (-2, 40)),
        ),
        Panel(
            Points("here", "here_yes", label="this norm: safe", tone="support", size=19),
            Points("here", "here_no", label="this norm: not safe", tone="accent", size=19),
            Line((0.0, 8.0), "boundary", label="η = ξ/2", tone="muted", dash=True, width=1.4),
            Points("yes_growth", "yes_tail", label="yes", tone="density", size=9),
            Points("depends_growth", "depends_tail", label="depends", tone="second", size=9),
            Points("no_growth", "no_tail", label="no", tone="value", size=9),
            title="Has every score a density?",
            x=Axis("kernel growth ξ", (-0.6, 8.6)),
            y=Axis(
                "base tail η",
                (-0.5, 4.5),
                ticks={0.0: "power", 1.0: "1", 2.0: "2", 3.0: "3", 4.0: "4"},
            ),
        ),
    ],
    readouts=[
        Readout("at_ten", "log integral up to T = 10", digits=2),
        Readout("at_hundred", "up to T = 100", digits=2),
        Readout("at_thousand", "up to T = 1,000 (cut at 1,000)", digits=2),
    ],
    depends={
        "radius": (),
        "boundary": ("alpha",),
        "here": ("growth",),
        ("log_mass", "at_ten", "at_hundred", "at_thousand"): ("alpha", "growth", "tail", "norm"),
        ("yes_growth", "depends_growth", "no_growth"): ("alpha", "rule"),
        ("yes_tail", "depends_tail", "no_tail"): ("alpha", "rule"),
    },
    caption="""A score may grow as fast as the square root of the kernel's diagonal. If the base
    density falls faster, the integral settles; if not, it runs away, and there is no density. On
    the dashed line the norm decides.""",
    alt="""Left, the logarithm of the integral against where it is cut off; right, a lattice of
    kernel growth and base tail coloured by yes, depends and no, with the setting marked.""",
)
