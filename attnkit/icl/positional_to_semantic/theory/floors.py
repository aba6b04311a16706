"""The two minima of a tied head with samples without end, and whether the first is one."""

from dataclasses import dataclass

from scipy.optimize import minimize_scalar

from attnkit.arguments import checked
from attnkit.icl.positional_to_semantic.mixed import MixedTask
from attnkit.icl.positional_to_semantic.theory.population import population_risk

__all__ = ["Floors", "floors"]

_ASIDE = 0.05
"""How far towards the meaning one looks whether the risk rises."""


@dataclass(frozen=True)
class Floors:
    """Least risks with one overlap alone, where they lie, and what a step aside costs."""

    positional: float
    positional_risk: float
    semantic: float
    semantic_risk: float
    aside: float


@checked
def floors(task: MixedTask) -> Floors:
    r"""Return the least risk of a head that reads places alone, and of one that reads tokens alone.

    .. math:: \min_m R(0, m), \qquad \min_\theta R(\theta, 0)

    Parameters
    ----------
    task : MixedTask
        The mixed task.

    Returns
    -------
    Floors
        Both overlaps and risks; `aside` is what a step towards the meaning adds to the positional
        risk: where it is negative there is no minimum, but a saddle.

    Raises
    ------
    TypeError
        For something else than a task.

    References
    ----------
    Derived here, by `population_risk`.
    """
    place = minimize_scalar(
        lambda m: population_risk(task, 0.0, m), bounds=(0.0, 2.0), method="bounded"
    )
    meaning = minimize_scalar(
        lambda theta: population_risk(task, theta, 0.0), bounds=(0.0, 2.0), method="bounded"
    )
    aside = population_risk(task, _ASIDE, float(place.x)) - place.fun
    return Floors(*(float(n) for n in (place.x, place.fun, meaning.x, meaning.fun, aside)))
