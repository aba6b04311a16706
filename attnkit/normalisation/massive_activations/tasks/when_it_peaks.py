"""The step at which a massive activation is largest."""

import math

from attnkit.coursework import Task, compare, law

__all__ = ["WHEN_IT_PEAKS"]


def laws_of_growth(generator, variant):
    """Decays from gentle to abrupt, with rates and offsets."""
    for decay, rate, offset in (
        (1.0 / math.e, 1.0, 1.0),
        (variant["decay"], 0.0012, 0.5),
        (0.001, 0.01, 2.0),
        (3.0, 0.1, 0.25),
        (1e-6, 1e-3, 0.1),
    ):
        yield {"decay": decay, "rate": rate, "offset": offset}


def value(step, decay, rate, offset):
    """The law, with amplitude one and plateau zero."""
    x = rate * step + offset
    return math.exp(-decay * x) * math.log(x)


def slope(step, decay, rate, offset):
    """Its derivative by x, times x and the exponential's inverse: it has the derivative's sign."""
    x = rate * step + offset
    return 1 - decay * x * math.log(x)


@law(
    "a later start, an earlier peak",
    "Each unit of offset brings the peak forward by 1 / rate.",
    cases=laws_of_growth,
)
def a_later_start(answer, decay, rate, offset):
    gained = answer(decay, rate, offset) - answer(decay, rate, offset + 0.1)
    return compare.against(rate * gained, 0.1, what="the step gained, times the rate,")


@law(
    "a faster clock", "At twice the rate x is where it was in half the time.", cases=laws_of_growth
)
def a_faster_clock(answer, decay, rate, offset):
    slow, fast = answer(decay, rate, offset), answer(decay, 2 * rate, offset)
    return compare.against(2 * rate * fast, rate * slow, what="x at the peak, its clock doubled,")


@law(
    "the slope vanishes", "The law rises before the peak and falls after it.", cases=laws_of_growth
)
def the_slope_vanishes(answer, decay, rate, offset):
    x = rate * float(answer(decay, rate, offset)) + offset
    if not x > 1:
        return "x at the peak is too small: the logarithm is not positive there"
    for side, wanted in ((x * (1 - 1e-5), 1), (x * (1 + 1e-5), -1)):
        if wanted * slope((side - offset) / rate, decay, rate, offset) < 0:
            return f"the step is too {'large' if wanted > 0 else 'small'}"
    return None


WHEN_IT_PEAKS = Task(
    name="when-it-peaks",
    title="When it is largest",
    kind="derive",
    difficulty=2,
    minutes=30,
    statement=r"""
The size of a massive activation is said to follow $f(t) = A e^{{-\lambda x}} \log x + K$ with
$x = \gamma t + t_0$ during training. Write `largest_step(decay, rate, offset)` for $\lambda$,
$\gamma$ and $t_0$, without anything of attnkit: the $t$ at which $f$ is largest, to five digits,
for any $A > 0$ and any $K$. It must hold for a decay of {decay}, and for one of a millionth.
""",
    hints=(
        "Two of the five parameters have no say in where the slope vanishes.",
        "Set the derivative by x to zero, and multiply by x.",
        "You meet x log x: solve it by bisection, Newton's method, or write log x for its unknown.",
    ),
    placeholder='''
def largest_step(decay, rate, offset):
    """The step at which the law is largest."""
    return float("nan")
''',
    laws=(a_later_start, a_faster_clock, the_slope_vanishes),
    variants={"decay": (0.05, 0.12, 0.3)},
    library={},
)
