"""Hold a property over every case, or refute it by one; say what was seen."""

from dataclasses import dataclass

from torch import Tensor

from attnkit.cards.cases import Case, cases
from attnkit.cards.mechanism import Mechanism, scores
from attnkit.cards.properties import Property

__all__ = ["Seen", "hold", "refute"]

EQUAL, DIFFERENT = 1e-9, 1e-3


@dataclass(frozen=True)
class Seen:
    """Whether it is as declared, and in a sentence what was seen."""

    as_declared: bool
    evidence: str


def hold(property: Property, mechanism: Mechanism) -> Seen:
    """Whether both sides agree in every case; else the first case where they do not."""
    worst, n_cases = 0.0, 0
    for case in cases(positive=mechanism.positive):
        left, right = property.sides(mechanism, case)
        if not bool((left - right).abs().max() <= EQUAL):
            return Seen(False, _told(property, case, left, right))
        worst, n_cases = max(worst, float((left - right).abs().max())), n_cases + 1
    how = f"to {worst:.1g}" if worst else "exactly"
    return Seen(True, f"held in {n_cases} random cases, {how}")


def refute(property: Property, mechanism: Mechanism) -> Seen:
    """Whether some case sets the sides apart: the first one, which is among the smallest."""
    nearest = 0.0
    for case in cases(positive=mechanism.positive):
        left, right = property.sides(mechanism, case)
        if bool((left - right).abs().max() > DIFFERENT):
            return Seen(True, _told(property, case, left, right))
        nearest = max(nearest, float((left - right).abs().max()))
    return Seen(False, f"no case refutes it; both sides differ by {nearest:.1g} at most")


def _told(property: Property, case: Case, left: Tensor, right: Tensor) -> str:
    worst = int((left - right).abs().nan_to_num(nan=float("inf")).amax(-1).argmax())
    sides = f"{property.left} {_row(left[worst])}, {property.right} {_row(right[worst])}"
    return f"scores {_row(scores(case)[worst])}: {sides}"


def _row(numbers: Tensor) -> str:
    told = ", ".join(f"{number:.3g}" for number in numbers.tolist()[:5])
    more = ", …" if len(numbers) > 5 else ""
    return f"({told}{more})" if len(numbers) > 1 else told
