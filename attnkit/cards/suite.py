"""Hold a mechanism to what it declares: the suite that every card inherits, and anyone may use."""

from collections.abc import Iterator
from dataclasses import dataclass

from attnkit.cards.laws import LAWS
from attnkit.cards.mechanism import Mechanism

__all__ = ["Finding", "Report", "check", "verify"]


@dataclass(frozen=True)
class Finding:
    """What the suite found of one law: what was declared, whether it is so, and what was seen."""

    mechanism: str
    law: str
    declared: object
    as_declared: bool
    evidence: str

    @property
    def words(self) -> str:
        """The declaration as a cell of the matrix shows it."""
        return LAWS[self.law].words(self.declared)

    def __str__(self) -> str:
        verdict = "" if self.as_declared else "NOT SO: "
        return f"{self.mechanism}, {LAWS[self.law].title}: {self.words}. {verdict}{self.evidence}"


class Report(tuple[Finding, ...]):
    """The findings of one mechanism, one for each law; printed as a list."""

    @property
    def passed(self) -> bool:
        """Whether all is as declared."""
        return all(finding.as_declared for finding in self)

    def __repr__(self) -> str:
        return "\n".join(map(str, self))


def check(mechanism: Mechanism) -> Report:
    """Test each property that a mechanism declares, and refute each that it denies.

    Parameters
    ----------
    mechanism : ScoreMap or TokenMap
        Such as `ScoreMap("mine", my_weights, laws={"sums_to": "one", "signed": False})`: the laws
        that are left out are not looked at.

    Returns
    -------
    Report
        A finding for each law, with the counter-example where one was sought.

    Raises
    ------
    ValueError
        If a law is unknown, does not speak of such a mechanism, or is declared by a value that it
        does not know.
    """
    return Report(_findings(mechanism))


def _findings(mechanism: Mechanism) -> Iterator[Finding]:
    for law, value in mechanism.laws.items():
        if law not in LAWS or not LAWS[law].speaks_of(mechanism):
            raise ValueError(f"laws names {law!r}; wanted some of {[*LAWS]}")
        if not LAWS[law].accepts(value):
            raise ValueError(f"laws: {law} must be {LAWS[law].wanted}, got {value!r}")
        yield verify(mechanism, law)


def verify(mechanism: Mechanism, law: str) -> Finding:
    """Test one law that a mechanism declares."""
    declared = mechanism.laws[law]
    seen = LAWS[law].verify(mechanism, declared)
    return Finding(mechanism.name, law, declared, seen.as_declared, seen.evidence)
