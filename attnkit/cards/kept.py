"""What the suite found of each mechanism, kept until something it is made of changes.

The whole suite takes most of a minute; a change in one mechanism is a matter of one second.
"""

import pickle
from pathlib import Path

from attnkit.cards.card import Card
from attnkit.cards.declared import mechanisms
from attnkit.cards.mechanism import Mechanism
from attnkit.cards.suite import Report, check
from attnkit.fingerprint import fingerprint_of_code

__all__ = ["KeptReports"]

SUITE = "attnkit.cards.suite"


class KeptReports:
    """The reports of a build in one file, by the fingerprint of what they speak of.

    Parameters
    ----------
    path : path
        The file; one that is missing or cannot be read keeps nothing.
    """

    def __init__(self, path: Path):
        self.path, self.asked = path, {}
        try:
            self.known = dict(pickle.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, EOFError, AttributeError, pickle.PickleError):
            self.known = {}

    def reports(self, card: Card) -> list[Report]:
        """What the suite finds of each mechanism of a card, looked for where it is not known."""
        return [
            self._report(made_of(card, mechanism.name), mechanism) for mechanism in mechanisms(card)
        ]

    def _report(self, fingerprint: str, mechanism: Mechanism) -> Report:
        if fingerprint not in self.asked:
            known = self.known.get(fingerprint)
            self.asked[fingerprint] = check(mechanism) if known is None else known
        return self.asked[fingerprint]

    def save(self) -> None:
        """Keep what was asked for, and nothing else."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".part")
        unfinished.write_bytes(pickle.dumps(self.asked))
        unfinished.replace(self.path)


def made_of(card: Card, name: str) -> str:
    """Digest of what a card says of a mechanism, of the functions it names, and of the suite."""
    table = card.laws[name]
    kind = "weights" if "weights" in table else "reads"
    paths = [table[kind], *table.get("forms", {}).values()]
    named = ["from {} import {}".format(*path.split(":")) for path in paths]
    return fingerprint_of_code("\n".join([*named, repr({name: table})]), [SUITE])
