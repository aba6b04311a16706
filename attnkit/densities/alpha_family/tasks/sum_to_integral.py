"""From a sum over keys to an integral over a line: what the spacing does to the scores."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.densities.alpha_family import line

__all__ = ["SUM_TO_INTEGRAL"]


def parabolas(generator, variant):
    """Quadratic scores of several widths, on grids that hold the whole density."""
    alphas = (variant["alpha"], 1.0, 2.0)
    for spacing in (variant["spacing"], variant["spacing"] / 4):
        for alpha in alphas:
            for score_variance in (1.0, 0.25):
                yield {"score_variance": score_variance, "spacing": spacing, "alpha": alpha}


def _grid(spacing):
    count = round(8 / spacing)
    return spacing * torch.arange(-count, count + 1, dtype=torch.float64)


def _answered(answer, score_variance, spacing, alpha):
    return answer(-_grid(spacing).square() / (2 * score_variance), spacing, alpha)


@law("mass one", "The density values times the spacing sum to one.", cases=parabolas)
def mass_one(answer, score_variance, spacing, alpha):
    mass = spacing * _answered(answer, score_variance, spacing, alpha).sum()
    return compare.against(mass, 1.0, what="the mass")


@law(
    "any grid",
    "Halving the spacing does not move the density at the places that both grids have.",
    cases=parabolas,
)
def any_grid(answer, score_variance, spacing, alpha):
    coarse = _answered(answer, score_variance, spacing, alpha)
    fine = _answered(answer, score_variance, spacing / 2, alpha)[::2]
    return compare.against(fine, coarse, what="the density on the finer grid", tolerance=0.02)


@law("known density", "It is the density that attnkit has in closed form.", cases=parabolas)
def known_density(answer, score_variance, spacing, alpha):
    width, centre = torch.tensor([score_variance, 0.0], dtype=torch.float64)
    wanted = line.density(_grid(spacing), centre, width, alpha)
    found = _answered(answer, score_variance, spacing, alpha)
    return compare.against(found, wanted, what="the density", tolerance=0.02)


SUM_TO_INTEGRAL = Task(
    name="sum-to-integral",
    title="What a spacing does to a score",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
You have `attnkit.entmax`, which knows keys and weights but no line, and want a density on the
line, $p(t) = [(\alpha-1)(f(t)-\tau)]_+^{{1/(\alpha-1)}}$ with $\int p = 1$. Write
`grid_density(score, spacing, alpha)`: from the scores at the points of an even grid (float64, a
few hundred of them, the support well inside) the values of $p$ there, for any $\alpha \ge 1$. You
may call `attnkit.entmax` once, and nothing else of attnkit. It is not enough to divide the weights
by the spacing, as you will see at $\alpha = {alpha}$ when the grid of spacing {spacing} is
refined. What does this say about the unit of $\tau$?
""",
    hints=(
        "A cell of the grid holds the weight $p(t)$ times the spacing. Write the equation that "
        "this weight obeys.",
        "Put $p = w / h$, with $h$ the spacing, into $p^{\\alpha-1} = (\\alpha-1)(f - \\tau)$ and "
        "bring it to the form that entmax solves for $w$. Something multiplies $f$.",
        "The scores must be multiplied by a power of the spacing before entmax sees them. Which "
        "power leaves softmax alone?",
    ),
    placeholder='''
def grid_density(score, spacing, alpha):
    """Density values (point,) of the scores (point,) on a grid with this spacing."""
    return score * float("nan")
''',
    laws=(mass_one, any_grid, known_density),
    library={"entmax": 1},
    variants={"alpha": (1.5, 1.75, 1.25, 2.25), "spacing": (0.04, 0.05, 0.032)},
)
