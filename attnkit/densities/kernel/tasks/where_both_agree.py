"""The one width at which dividing by the integral and cutting at a threshold agree."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.densities.kernel.normalisations import divided_after_maximum, threshold_normalised

__all__ = ["WHERE_BOTH_AGREE"]

SPACING = 0.001
PLACES = SPACING * torch.arange(-3000, 3001, dtype=torch.float64)


def alphas(generator, variant):
    """The variant's alpha, then two more."""
    for alpha in (variant["alpha"], 2.0, 1.25):
        yield {"alpha": alpha}


def _both(answer, alpha):
    score = -PLACES.square() / (2 * answer(alpha) ** 2)
    masses = torch.full_like(PLACES, SPACING)
    return [way(score, masses, alpha) for way in (threshold_normalised, divided_after_maximum)]


@law("a width", "The answer is positive and finite.", cases=alphas)
def a_width(answer, alpha):
    if not 0 < answer(alpha) < float("inf"):
        return "what came back is not a positive, finite number"
    return None


@law("one support", "Both densities have the same support.", cases=alphas)
def one_support(answer, alpha):
    cut, divided = (int((density > 0).sum()) for density in _both(answer, alpha))
    if abs(cut - divided) <= 0.005 * divided:
        return None
    wider = "threshold" if cut > divided else "divided"
    return f"at your width the {wider} density has the wider support"


@law("one density", "They are one density.", cases=alphas)
def one_density(answer, alpha):
    cut, divided = _both(answer, alpha)
    return compare.against(divided, cut, what="the divided density", tolerance=0.02)


WHERE_BOTH_AGREE = Task(
    name="where-both-agree",
    title="Where both normalisations agree",
    kind="predict",
    difficulty=3,
    minutes=30,
    statement=r"""
Subtract the maximum of the score first, and dividing cares no more about a constant: $q(t)$ $= [1 +
(\alpha-1)(f(t) - \max f)]_+^{{1/(\alpha-1)}} / Z$. Is this the density
$p(t) = [(\alpha-1)(f(t)-\tau)]_+^{{1/(\alpha-1)}}$ of the threshold after all? Take the parabola
$f(t) = -t^2/(2\sigma^2)$. Predict that $p$ and $q$ agree at one width only, and which: write
`agreeing_width(alpha)`, the $\sigma$ for any $1 < \alpha \le 2$. Then measure at
$\alpha = {alpha}$, with `threshold_normalised` and `divided_after_maximum` of `attnkit.densities`
on a fine grid, a little below and a little above it. Which of the two densities knows in which
unit $t$ is measured?
""",
    hints=(
        "Both are a bracket to the same power, times a constant. Where does each bracket end?",
        "Let the two supports be one. What does this say about the threshold, and what about the "
        "height of $p$ at the maximum?",
        "At that width $Z$ is one. So the bracket with its maximum at one has mass one, which "
        "is an equation for the half support, with the chapter's Beta function; the width "
        "follows.",
    ),
    placeholder='''
def agreeing_width(alpha):
    """The sigma at which threshold and division give the parabola one density."""
    return float("nan")
''',
    laws=(a_width, one_support, one_density),
    variants={"alpha": (1.5, 1.75, 1.6)},
)
