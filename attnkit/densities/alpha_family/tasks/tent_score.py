"""The chapter's derivation once more, with a score that is a tent instead of a parabola."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["TENT_SCORE"]

N_POINTS = 200_000


def tents(generator, variant):
    """The variant's tent, then narrow and wide ones at other alphas."""
    yield {"width": variant["width"], "alpha": variant["alpha"]}
    for width in (1.0, 0.1, 7.0):
        for alpha in (2.0, 1.25, 3.0):
            yield {"width": width, "alpha": alpha}


def _moment(half_support, width, alpha, power):
    """Integral of t^power times the density, by the midpoint rule on one half of the support."""
    step = half_support / N_POINTS
    place = step * (torch.arange(N_POINTS, dtype=torch.float64) + 0.5)
    heights = ((alpha - 1) * (half_support - place) / width) ** (1 / (alpha - 1))
    return 2 * step * (place**power * heights).sum()


@law("a length", "The half support is positive and finite.", cases=tents)
def a_length(answer, width, alpha):
    if not 0 < answer(width, alpha)[0] < float("inf"):
        return "the half support is not a positive, finite number"
    return None


@law("mass one", "With the threshold at the edge of the support the mass is one.", cases=tents)
def mass_one(answer, width, alpha):
    mass = _moment(answer(width, alpha)[0], width, alpha, power=0)
    return compare.against(mass, 1.0, what="the mass", tolerance=1e-4)


@law("variance", "The variance is the second moment of that density.", cases=tents)
def second_moment(answer, width, alpha):
    half_support, variance = answer(width, alpha)
    measured = _moment(half_support, width, alpha, power=2)
    return compare.against(variance / measured, 1.0, what="the variance", tolerance=1e-4)


TENT_SCORE = Task(
    name="tent-score",
    title="A tent instead of a parabola",
    kind="derive",
    difficulty=2,
    minutes=40,
    statement=r"""
Take the score $f(t) = -|t - \mu| / b$, with $b > 0$. Derive, for every $\alpha > 1$, the half
support $a$, the threshold $\tau$ and the variance of the density
$[(\alpha-1)(f-\tau)]_+^{{1/(\alpha-1)}}$ of mass one. Say what it becomes as $\alpha \to 1$, and
in which unit $b$ is when $t$ is in seconds. Hand in the derivation, and let `tent(width, alpha)`
return your $a$ and your variance for $b$ = `width`, so that the check can integrate what you
found; it begins with $b = {width}$, $\alpha = {alpha}$.
""",
    hints=(
        "The chapter's argument does not need the parabola. Where do $f$ and $\\tau$ meet?",
        "With $u = |t - \\mu| / a$ the density is a constant times a power of $1 - u$. Both the "
        "mass and the second moment are then integrals you can do by hand.",
        "Mass one is an equation for a power of $a$, the power being $1 + 1/(\\alpha - 1)$. For "
        "the second moment integrate $u^2 (1 - u)^r$ by parts twice.",
    ),
    placeholder='''
def tent(width, alpha):
    """Half support and variance of the density of the score -|t| / width, as two numbers."""
    return float("nan"), float("nan")
''',
    laws=(a_length, mass_one, second_moment),
    rubric=(
        "The threshold is tied to the edge of the support, with the reason why the score is cut "
        "there.",
        "Both halves of the support are integrated; the equation for the half support is solved.",
        "The second moment is computed, and checked at one α by hand (at α = 2 the density is a "
        "triangle).",
        "The limit α → 1 is named and argued, not only asserted.",
        "The unit of b follows from an equation, not from the look of the score.",
    ),
    variants={"alpha": (1.5, 1.4, 1.75, 2.5), "width": (2.0, 0.5, 3.0)},
)
