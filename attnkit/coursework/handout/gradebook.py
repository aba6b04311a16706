"""Points as Moodle and Canvas import them: the class list's own lines, and a column of points."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from attnkit.coursework.handout.class_list import ClassList, Entry
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.handout.summary import summary
from attnkit.coursework.handout.tables import inert

__all__ = ["Gradebook", "gradebook", "require_headings"]

# Beside the ids, what Moodle's importer may be told to match; a grade from last week may not.
_OF_A_PERSON = ("First name", "Last name", "Surname", "Full name", "Username", "ID number")
_OF_A_PERSON += ("Email address",)


@dataclass
class Gradebook:
    """A table to be imported, and who is not in it.

    Parameters
    ----------
    columns : list of str
        Its headings, the assignment's last.
    rows : list of dict
        A line for each student whose points are known; in Canvas's table what they are out of
        comes first.
    left_out : list of str
        Why somebody has no line, a sentence each.
    """

    columns: list[str]
    rows: list[dict[str, object]]
    left_out: list[str] = field(default_factory=list)


def gradebook(class_list: ClassList, papers: Sequence[Paper], assignment: str | None) -> Gradebook:
    """Return the points of the checked functions, with the class list's own ids and columns.

    Who handed in nothing, twice, or what could not be graded to its end has no line, so that an
    import changes nothing of theirs.

    Raises
    ------
    HandoutError
        If the class list has no headings, or the notebooks are of several problem sets.
    """
    require_headings(class_list)
    sets = {p.submission.problem_set.name: p.submission.problem_set for p in papers if p.submission}
    if len(sets) > 1:
        raise HandoutError(
            f"a gradebook holds one problem set, and these are {', '.join(sets)}: grade each alone"
        )
    title = assignment or next((each.title for each in sets.values()), "")
    heading = _heading(class_list, title)
    made = Gradebook([*_columns(class_list), heading], [])
    lines = _lines(papers)
    if _is_canvas(class_list):
        new = heading not in class_list.columns
        worth = next((line["of"] for line in lines if new and "of" in line), "")
        made.rows.append({"Student": "    Points Possible", heading: worth})
    _fill(made, class_list, lines)
    return made


def require_headings(class_list: ClassList) -> None:
    """Raise HandoutError if the class list is one of bare ids."""
    if not class_list.columns:
        raise HandoutError(
            f"{class_list.path} must be a table with headings, as Moodle or Canvas exports it, for "
            "a gradebook to be made of it; it is a list of ids"
        )


def _lines(papers: Sequence[Paper]) -> list[dict[str, object]]:
    return [line | {"whole": p.whole} for p, line in zip(papers, summary(papers)[1], strict=True)]


def _fill(made: Gradebook, class_list: ClassList, lines: list[dict[str, object]]) -> None:
    handed_in = defaultdict(list)
    for line in lines:
        handed_in[_known_as(str(line["student"]))].append(line)
    for entry in class_list.entries:
        of_one = handed_in.pop(_known_as(entry.id), [])
        reason = _reason(entry, class_list, of_one)
        if reason:
            made.left_out.append(f"{entry.id} {reason}")
        else:
            cells = {name: entry.cells[name] for name in made.columns[:-1]}
            made.rows.append(cells | {made.columns[-1]: of_one[0]["points"]})
    made.left_out += _strangers(class_list, handed_in.values())


def _reason(entry: Entry, class_list: ClassList, lines: list[dict[str, object]]) -> str:
    """Why a student's points are not known; empty if they are."""
    if not lines:
        return "handed in nothing"
    if len(lines) > 1:
        return (
            f"handed in {len(lines)} times, as {', '.join(str(line['notebook']) for line in lines)}"
        )
    if not lines[0]["whole"]:
        return "handed in what could not be graded to its end"
    if inert(entry.id) != entry.id:
        return f"has a {class_list.id_column!r} that a spreadsheet would take for a formula"
    return ""


def _strangers(class_list: ClassList, left: Iterable[list[dict[str, object]]]) -> Iterator[str]:
    for lines in left:
        for line in lines:
            yield f"{line['notebook']} is of {line['student']}, who is not in {class_list.path}"


def _is_canvas(class_list: ClassList) -> bool:
    return class_list.columns[:2] == ("Student", "ID") and "Section" in class_list.columns


def _columns(class_list: ClassList) -> list[str]:
    names = class_list.columns
    if _is_canvas(class_list):
        return list(names[: names.index("Section") + 1])
    return [name for name in names if name in (*_OF_A_PERSON, class_list.id_column)]


def _heading(class_list: ClassList, title: str) -> str:
    """The assignment's column; Canvas writes its own number behind the title: "Title (123)"."""
    same = [name for name in class_list.columns if name.partition(" (")[0] == title]
    return same[0] if len(same) == 1 and _is_canvas(class_list) else title


def _known_as(student: str) -> str:
    return unicodedata.normalize("NFC", student.strip()).casefold()
