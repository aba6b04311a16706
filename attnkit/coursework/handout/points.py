"""Whose points are known, and why others' are not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from attnkit.coursework.handout.class_list import ClassList, Entry
from attnkit.coursework.handout.owners import known_as, senders
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.handout.summary import summary
from attnkit.coursework.handout.tables import inert

__all__ = ["known_points"]


@dataclass(frozen=True)
class _Line:
    paper: Paper
    points: object
    senders: list[str]

    @property
    def strayed(self) -> bool:
        others = [known_as(sender) for sender in self.senders]
        return bool(self.paper.named and others) and known_as(self.paper.student) not in others

    def fault(self) -> str:
        """Why it does not count for who handed it in."""
        if self.paper.submission is None:
            return "could not be graded"
        return f"was made for {self.paper.student}" if self.strayed else "says nowhere whose it is"


def known_points(
    class_list: ClassList, papers: Sequence[Paper]
) -> tuple[dict[str, object], list[str]]:
    """Return the points of each student of the list by id, and why somebody has none."""
    table = zip(papers, summary(papers)[1], strict=True)
    lines = [_Line(p, row.get("points"), senders(p.path, class_list)) for p, row in table]
    of = defaultdict(list)
    for line in lines:
        of[known_as(line.paper.student) if line.paper.named else ""].append(line)
    nobodys = of.pop("", [])
    points, left_out = {}, []
    for entry in class_list.entries:
        mine = of.pop(known_as(entry.id), [])
        reason = _reason(entry, class_list, mine) if mine else _why_nothing(entry, lines, nobodys)
        if reason:
            left_out.append(f"{entry.id} {reason}")
        else:
            points[entry.id] = mine[0].points
    others = [line for lines in of.values() for line in lines]
    return points, [*left_out, *_strangers(class_list, [*others, *nobodys])]


def _why_nothing(entry: Entry, lines: Iterable[_Line], nobodys: Sequence[_Line]) -> str:
    """Why no notebook is this student's."""
    for line in lines:
        if known_as(entry.id) in map(known_as, line.senders):
            return f"handed in {line.paper.path}, which {line.fault()}"
    lost = any(not line.senders for line in nobodys)
    return "is named by no notebook that could be read" if lost else "handed in no notebook"


def _reason(entry: Entry, class_list: ClassList, lines: Sequence[_Line]) -> str:
    """Why a student's points are not known; empty if they are."""
    first, *more = lines
    if more:
        return f"handed in {len(lines)} times, as {', '.join(str(x.paper.path) for x in lines)}"
    if first.strayed:
        return f"has points in {first.paper.path}, which {' or '.join(first.senders)} handed in"
    if not first.paper.whole:
        return "handed in what could not be graded to its end"
    if inert(entry.id) != entry.id:
        return f"has a {class_list.id_column!r} that a spreadsheet would take for a formula"
    return ""


def _strangers(class_list: ClassList, lines: Iterable[_Line]) -> Iterator[str]:
    for paper in (line.paper for line in lines):
        if paper.named:
            yield f"{paper.path} is of {paper.student}, who is not in {class_list.path}"
        elif paper.submission is None:
            yield paper.troubles[0]
        else:
            yield f"{paper.path} says nowhere whose it is"
