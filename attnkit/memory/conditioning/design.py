"""Conditioning designs written as in the field: "40 A+ | 40 AB+ | B"."""

import re
from dataclasses import dataclass

from attnkit.arguments import checked

__all__ = ["Design", "DesignError", "Trial"]

_MINUS = "-−–"
_PIECES = re.compile(r"(?P<count>\d+)|(?P<cues>[A-Z]+|_)|(?P<then>[>→])|(?P<sign>[+\-−–])")
MOST_REPEATS = 100_000  # an animal takes a second or so; more is a slip of the key


class DesignError(ValueError):
    """A design that cannot be read: the message points at the character."""

    @checked
    def __init__(self, problem: str, text: str, position: int):
        self.position = position
        super().__init__(f"{problem}\n    {text}\n    {' ' * position}^")


@checked
@dataclass(frozen=True)
class Trial:
    """What one trial presents, moment by moment ("" is no cue), and whether it is reinforced.

    Parameters
    ----------
    moments : tuple of str
        Compounds of capital letters, each letter once; at least one moment.
    reinforced : bool
        Whether the outcome follows.

    Raises
    ------
    ValueError, TypeError
        No moment, or something that is no compound of cues.
    """

    moments: tuple[str, ...]
    reinforced: bool = False

    def __post_init__(self):
        """Refuse what no design could present."""
        if not self.moments:
            raise ValueError("moments must hold at least one compound, got ()")
        for moment in self.moments:
            _require_compound("moments", moment)

    @property
    def cues(self) -> str:
        """Every cue of the trial, in order."""
        return "".join(self.moments)


def _require_compound(name: str, compound: str) -> None:
    if not re.fullmatch("[A-Z]*", compound) or len(set(compound)) < len(compound):
        raise ValueError(f"{name} must name cues by capital letters, each once, got {compound!r}")


@checked
@dataclass(frozen=True)
class Design:
    """Training phases, each a sequence of trials, and the compounds probed at the end.

    Parameters
    ----------
    text : str
        The design as it was written; see `Design.parse`, which reads it.
    phases : tuple of tuple of Trial
        At least one trial.
    probes : tuple of str
        At least one compound of cues that some trial presents.

    Raises
    ------
    ValueError, TypeError
        No trial, no probe, or a probe of an unknown cue.
    """

    text: str
    phases: tuple[tuple[Trial, ...], ...]
    probes: tuple[str, ...]

    def __post_init__(self):
        """Refuse a design that cannot be run."""
        if not self.trials:
            raise ValueError(f"phases must hold at least one trial, got {self.phases}")
        if not self.probes:
            raise ValueError("probes must hold at least one compound, got ()")
        for probe in self.probes:
            _require_compound("probes", probe)
            if not probe or not set(probe) <= set(self.cues):
                raise ValueError(f"probes must be made of {self.cues}, got {probe!r}")

    @classmethod
    @checked
    def parse(cls, text: str) -> "Design":
        """Read a design.

        ``|`` separates phases, ``/`` mixes trial types evenly within a phase, a number repeats,
        ``+`` and ``-`` (or ``−``) reinforce or not, ``A>B`` presents A, then B, ``_`` is a trial
        without a cue. The last phase lists the probes. Cues are capital letters.

        Raises
        ------
        DesignError
            Whatever cannot be read, and a probe of a cue that no phase presents; the message and
            ``position`` point at the character.
        """
        if "|" not in text:
            raise DesignError(
                "a design needs a training phase, '|' and its probes", text, len(text)
            )
        *training, last = _split(text, "|", 0, len(text))
        phases = tuple(_mixed([_group(text, *g) for g in _split(text, "/", *p)]) for p in training)
        known = {cue for phase in phases for trial in phase for cue in trial.cues}
        probes = tuple(_probe(text, *g, known) for g in _split(text, "/", *last))
        return cls(text, phases, probes)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """All trials in order."""
        return tuple(trial for phase in self.phases for trial in phase)

    @property
    def cues(self) -> tuple[str, ...]:
        """Every cue once, in alphabetical order."""
        return tuple(sorted({cue for trial in self.trials for cue in trial.cues}))

    @property
    def phase_ends(self) -> tuple[int, ...]:
        """The number of trials done at the end of each phase."""
        ends, done = [], 0
        for phase in self.phases:
            done += len(phase)
            ends.append(done)
        return tuple(ends)


def _split(text: str, mark: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans between marks."""
    cuts = [i for i in range(start, end) if text[i] == mark]
    return list(zip([start, *(c + 1 for c in cuts)], [*cuts, end], strict=True))


def _pieces(text: str, start: int, end: int) -> list[tuple[str, str, int]]:
    """The (kind, text, position) of everything but spaces."""
    pieces, at = [], start
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        match = _PIECES.match(text, at, end)
        if match is None:
            hint = ", cues are capital letters" if text[at].isalpha() else ""
            raise DesignError(f"cannot read {text[at]!r}{hint}", text, at)
        pieces.append((match.lastgroup, match.group(), at))
        at = match.end()
    if not pieces:
        raise DesignError("a trial type or probe is missing here", text, min(end, len(text)))
    return pieces


def _group(text: str, start: int, end: int) -> tuple[int, Trial]:
    """Read one trial type, such as "40 AB+", as (count, trial)."""
    pieces, count = _pieces(text, start, end), 1
    if pieces[0][0] == "count":
        count = int(pieces[0][1])
        if count == 0:
            raise DesignError("a trial type must be repeated at least once", text, pieces[0][2])
        if count > MOST_REPEATS:
            problem = f"a trial type is repeated at most {MOST_REPEATS} times"
            raise DesignError(problem, text, pieces[0][2])
        pieces = pieces[1:]
    if not pieces or pieces[-1][0] != "sign":
        raise DesignError("a training trial ends with + or -", text, len(text[:end].rstrip()))
    return count, Trial(_moments(text, pieces[:-1], pieces[-1][2]), pieces[-1][1] not in _MINUS)


def _moments(text: str, pieces: list[tuple[str, str, int]], end: int) -> tuple[str, ...]:
    """Read cues joined by '>'."""
    for index, (kind, piece, at) in enumerate(pieces):
        wanted = "then" if index % 2 else "cues"
        if kind != wanted:
            names = {"cues": "a cue", "then": "'>', a sign, '/' or '|'"}
            raise DesignError(f"expected {names[wanted]} here, got {piece!r}", text, at)
        if kind == "cues" and len(set(piece)) < len(piece):
            raise DesignError(f"a cue is named twice in {piece!r}", text, at)
    if len(pieces) % 2 == 0:
        raise DesignError("expected a cue here", text, end)
    return tuple("" if piece == "_" else piece for _, piece, _ in pieces[::2])


def _probe(text: str, start: int, end: int, known: set[str]) -> str:
    """Read one probe: a compound of known cues without number or sign."""
    pieces = _pieces(text, start, end)
    for kind, piece, at in pieces:
        if kind != "cues" or piece == "_":
            raise DesignError(f"the last phase lists probes, cues only, got {piece!r}", text, at)
        for offset, cue in enumerate(piece):
            if cue not in known:
                raise DesignError(f"unknown cue {cue!r}: no phase presents it", text, at + offset)
    return _moments(text, pieces, end)[0]


def _mixed(groups: list[tuple[int, Trial]]) -> tuple[Trial, ...]:
    """Spread every trial type evenly over its phase; the first named goes first."""
    placed = [
        ((i + 0.5) / count, order, trial)
        for order, (count, trial) in enumerate(groups)
        for i in range(count)
    ]
    return tuple(trial for _, _, trial in sorted(placed, key=lambda p: p[:2]))
