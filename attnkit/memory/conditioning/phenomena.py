"""Ten phenomena of conditioning, each a few designs and one number that says whether it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from attnkit.arguments import checked
from attnkit.memory.conditioning.further_rules import (
    Mackintosh,
    PearceHall,
    TemporalDifference,
    TwoHebbianLayers,
)
from attnkit.memory.conditioning.laboratory import Course, require_rule, simulate
from attnkit.memory.conditioning.two_timescales import TwoTimescales
from attnkit.memory.shared.records import animals
from attnkit.memory.shared.rule import Rule

__all__ = ["ANIMALS", "PHENOMENA", "Phenomenon", "effect", "phenomena_table"]

ANIMALS: dict[str, Rule] = animals() | {
    "Pearce–Hall × delta": PearceHall(),
    "Mackintosh": Mackintosh(),
    "temporal difference": TemporalDifference(),
    "two Hebbian layers": TwoHebbianLayers(),
    "two time scales": TwoTimescales(),
}


@checked
@dataclass(frozen=True)
class Phenomenon:
    """Designs by name, and the effect read from their courses; above 0.1 the phenomenon shows."""

    meaning: str
    designs: Mapping[str, str]
    effect: Callable[[Mapping[str, Course]], float]


@checked
def effect(phenomenon: Phenomenon, rule: Rule) -> float:
    """Run the designs on an animal and return the size of the effect.

    Parameters
    ----------
    phenomenon : Phenomenon
        Such as ``PHENOMENA["blocking"]``.
    rule : Rule
        The animal, such as ``Delta(rate=0.1)``.

    Raises
    ------
    ValueError, TypeError
        As `simulate`.
    """
    return phenomenon.effect({n: simulate(d, rule) for n, d in phenomenon.designs.items()})


@checked
def phenomena_table(animals: Mapping[str, Rule] = ANIMALS) -> dict[str, dict[str, float]]:
    """Return the effect of every phenomenon (rows) on every animal (columns).

    Parameters
    ----------
    animals : mapping
        Rules by name.

    Raises
    ------
    ValueError, TypeError
        As `simulate`.
    """
    for name, rule in animals.items():
        require_rule(f"animals[{name!r}]", rule)
    return {
        name: {animal: effect(phenomenon, rule) for animal, rule in animals.items()}
        for name, phenomenon in PHENOMENA.items()
    }


def _loss(control: float, treated: float) -> float:
    """The share of the control's strength that the treatment cost."""
    return (control - treated) / abs(control) if control else 0.0


def _deceleration(courses: Mapping[str, Course]) -> float:
    """The share gained from trial 1 to the first quarter, less the share of the last quarter."""
    course = courses["paired"].of("A")
    quarter = (len(course) - 1) // 4
    gains = (course[quarter] - course[1]) - (course[-1] - course[3 * quarter])
    return float(gains / course[-1]) if course[-1] else 0.0


def _inhibition(courses: Mapping[str, Course]) -> float:
    """The weakest of the three signs: own strength, summation, retardation."""
    own = -courses["trained"]["B"]
    summation = courses["trained"]["C"] - courses["trained"]["BC"]
    retardation = courses["novel"]["D"] - courses["retarded"]["B"]
    return min(own, summation, retardation)


PHENOMENA: dict[str, Phenomenon] = {
    "acquisition": Phenomenon(
        "strength grows fast, then slower, towards a limit",
        {"paired": "80 A+ | A"},
        _deceleration,
    ),
    "extinction": Phenomenon(
        "unreinforced trials cost more than the same time without trials",
        {"extinguished": "80 A+ | 40 A- | A", "rested": "80 A+ | 40 _- | A"},
        lambda c: _loss(c["rested"]["A"], c["extinguished"]["A"]),
    ),
    "blocking": Phenomenon(
        "a cue learns little beside one that already predicts the outcome",
        {"blocked": "40 A+ | 40 AB+ | B", "control": "40 C+ | 40 AB+ | B"},
        lambda c: _loss(c["control"]["B"], c["blocked"]["B"]),
    ),
    "overshadowing": Phenomenon(
        "a cue learns less in company than alone",
        {"compound": "60 AB+ | A", "alone": "60 A+ | A"},
        lambda c: _loss(c["alone"]["A"], c["compound"]["A"]),
    ),
    "latent inhibition": Phenomenon(
        "a cue met without outcome is slower to learn about",
        {"exposed": "40 A- | 8 A+ | A", "novel": "40 _- | 8 A+ | A"},
        lambda c: _loss(c["novel"]["A"], c["exposed"]["A"]),
    ),
    "conditioned inhibition": Phenomenon(
        "a cue that cancels the outcome turns negative, subtracts, and resists training",
        {
            "trained": "60 A+ / 60 AB- / 60 C+ | B / C / BC",
            "retarded": "60 A+ / 60 AB- | 8 B+ | B",
            "novel": "60 A+ / 60 AB- | 8 D+ | D",
        },
        _inhibition,
    ),
    "second-order conditioning": Phenomenon(
        "a cue followed by a trained cue gains strength without any outcome",
        {"paired": "40 A+ | 20 B>A- | B"},
        lambda c: c["paired"]["B"],
    ),
    "spontaneous recovery": Phenomenon(
        "an extinguished cue comes back with rest",
        {"rested": "80 A+ | 40 A- | 30 _- | A", "at once": "80 A+ | 40 A- | A"},
        lambda c: c["rested"]["A"] - c["at once"]["A"],
    ),
    "overexpectation": Phenomenon(
        "two trained cues lose strength when reinforced together",
        {
            "together": "60 A+ / 60 B+ | 40 AB+ | A",
            "rested": "60 A+ / 60 B+ | 40 _- | A",
        },
        lambda c: _loss(c["rested"]["A"], c["together"]["A"]),
    ),
    "sensory preconditioning": Phenomenon(
        "cues linked before any outcome share what one of them learns",
        {"paired": "40 B>A- | 40 A+ | B"},
        lambda c: c["paired"]["B"],
    ),
}
