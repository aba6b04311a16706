"""The laws a card speaks of, in the order of the matrix, and what each asks of the suite."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from attnkit.cards import properties as p
from attnkit.cards import quantities
from attnkit.cards.agreement import agree
from attnkit.cards.mechanism import Mechanism, ScoreMap
from attnkit.cards.searches import Seen, hold, refute

__all__ = ["LAWS", "Counted", "Law"]


@dataclass(frozen=True)
class Meaning:
    """A declaration in words, the properties that must hold, and those to be refuted."""

    words: str
    holds: tuple[p.Property, ...] = ()
    refuted: tuple[p.Property, ...] = ()


@dataclass(frozen=True)
class Law:
    """A law with a few possible declarations.

    Parameters
    ----------
    title, heading : str
        What it says, and that in a word or two, over its column.
    values : mapping
        What a card may declare, and what that means.
    of_scores : bool
        Whether it speaks of scores, and so of no map of tokens.
    """

    title: str
    heading: str
    values: Mapping[Any, Meaning]
    of_scores: bool = False
    optional = False

    @property
    def wanted(self) -> str:
        """What a card may declare, in words."""
        return "one of " + ", ".join(str(value).lower() for value in self.values)

    def accepts(self, value: object) -> bool:
        """Whether a card may declare this."""
        return isinstance(value, str | bool) and value in self.values

    def words(self, value: object) -> str:
        """A declaration as a cell shows it."""
        return self.values[value].words

    def speaks_of(self, mechanism: Mechanism) -> bool:
        """Whether it has a meaning for this mechanism."""
        return not self.of_scores or isinstance(mechanism, ScoreMap)

    def verify(self, mechanism: Mechanism, value: object) -> Seen:
        """Hold what must hold, and refute what must not."""
        told = []
        for search, properties in (
            (hold, self.values[value].holds),
            (refute, self.values[value].refuted),
        ):
            for each in properties:
                seen = search(each, mechanism)
                if not seen.as_declared:
                    return seen
                told.append(seen.evidence)
        return Seen(True, "; ".join(dict.fromkeys(told)))


@dataclass(frozen=True)
class Counted:
    """A law whose declaration is a quantity, or the names of forms that agree."""

    title: str
    heading: str
    wanted: str
    accepts: Callable[[object], bool]
    verify: Callable[[Mechanism, Any], Seen]
    words: Callable[[Any], str]
    optional: bool = False

    def speaks_of(self, mechanism: Mechanism) -> bool:
        """Every mechanism keeps and costs something."""
        return True


def _yes_if_held(property: p.Property) -> dict[bool, Meaning]:
    return {True: Meaning("yes", holds=(property,)), False: Meaning("no", refuted=(property,))}


def _yes_if_refuted(property: p.Property) -> dict[bool, Meaning]:
    return {True: Meaning("yes", refuted=(property,)), False: Meaning("no", holds=(property,))}


LAWS: dict[str, Law | Counted] = {
    "sums_to": Law(
        "weights sum to",
        "sum",
        {
            "one": Meaning("one", (p.sum_is_one,)),
            "constant": Meaning("a constant", (p.sum_is_constant,), (p.sum_is_one,)),
            "free": Meaning("anything", refuted=(p.sum_is_constant,)),
        },
    ),
    "support": Law(
        "support",
        "support",
        {
            "dense": Meaning("dense", (p.same_each_time, p.every_key_counts)),
            "sparse": Meaning(
                "sparse", (p.same_each_time,), (p.every_key_counts, p.one_key_counts)
            ),
            "hard": Meaning("one key", (p.same_each_time, p.one_key_counts)),
            "sampled": Meaning("sampled", refuted=(p.same_each_time,)),
        },
    ),
    "signed": Law("negative weights", "signed", _yes_if_refuted(p.no_negative_weight)),
    "competing": Law("keys compete", "compete", _yes_if_refuted(p.rivals_do_not_matter)),
    "invariant_to_score_shift": Law(
        "same after a shift of the scores",
        "score shift",
        _yes_if_held(p.score_shift_changes_nothing),
        of_scores=True,
    ),
    "invariant_to_key_shift": Law(
        "same after a shift of the keys", "key shift", _yes_if_held(p.key_shift_changes_nothing)
    ),
    "permutation_equivariant": Law(
        "blind to the keys' order", "order-blind", _yes_if_held(p.order_does_not_matter)
    ),
    "scale_sensitive": Law("feels the scale", "scale", _yes_if_refuted(p.scale_does_not_matter)),
    "masked_row": Law(
        "a masked row gives",
        "masked row",
        {
            "zeros": Meaning("zeros", (p.nothing_where_nothing_is_attended,)),
            "uniform": Meaning("equal weights", (p.evenly_where_nothing_is_attended,)),
        },
    ),
    "state": Counted(
        "numbers kept",
        "state",
        "a formula of n, d_key and d_value",
        lambda value: isinstance(value, str),
        quantities.state,
        lambda value: (
            value.replace(" * ", "·")
            .replace(" / ", "/")
            .replace(" + ", "+")
            .replace("d_key", "dₖ")
            .replace("d_value", "dᵥ")
        ),
    ),
    "cost": Counted(
        "cost in n",
        "cost",
        "one of " + ", ".join(quantities.GROWTH),
        lambda value: value in quantities.GROWTH,
        quantities.cost,
        lambda value: value.replace("^2", "²"),
    ),
    "forms": Counted(
        "exact forms",
        "forms",
        "a table from names to functions",
        lambda value: isinstance(value, dict) and bool(value),
        agree,
        ", ".join,
        optional=True,
    ),
}
