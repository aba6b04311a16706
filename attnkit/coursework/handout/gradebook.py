"""Points as Moodle and Canvas import them: the class list's own lines, and a column of points."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from attnkit.coursework.handout.class_list import ClassList
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.handout.points import known_points
from attnkit.coursework.handout.summary import summary

__all__ = ["Gradebook", "gradebook", "require_headings"]

# Beside the ids, what Moodle's importer may be told to match; a grade from last week may not.
_OF_A_PERSON = ("First name", "Last name", "Surname", "Full name", "Username", "ID number")
_OF_A_PERSON += (
    "Email address",
    "Vorname",
    "Nachname",
    "Anmeldename",
    "ID-Nummer",
    "E-Mail-Adresse",
)


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

    Who handed in nothing, twice, somebody else's, or what could not be graded to its end has no
    line, so that an import changes nothing of theirs.

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
    lines = summary(papers)[1]
    if _is_canvas(class_list):
        new = heading not in class_list.columns
        worth = next((line["of"] for line in lines if new and "of" in line), "")
        made.rows.append({"Student": "    Points Possible", heading: worth})
    points, made.left_out = known_points(class_list, papers)
    for entry in class_list.entries:
        if entry.id in points:
            cells = {name: entry.cells[name] for name in made.columns[:-1]}
            made.rows.append(cells | {heading: points[entry.id]})
    return made


def require_headings(class_list: ClassList) -> None:
    """Raise HandoutError if the class list is one of bare ids."""
    if not class_list.columns:
        raise HandoutError(
            f"{class_list.path} must be a table with headings, as Moodle or Canvas exports it, for "
            "a gradebook to be made of it; it is a list of ids"
        )


def _is_canvas(class_list: ClassList) -> bool:
    return class_list.columns[:2] == ("Student", "ID") and "Section" in class_list.columns


def _columns(class_list: ClassList) -> list[str]:
    names = class_list.columns
    if _is_canvas(class_list):
        return list(names[: names.index("Section") + 1])
    return [name for name in names if name in (*_OF_A_PERSON, class_list.id_column)]


def _heading(class_list: ClassList, title: str) -> str:
    """The assignment's column; Canvas writes its own number behind the title: "Title (123)"."""
    numbered = re.compile(re.escape(title) + r" \(\d+\)")
    same = [name for name in class_list.columns if numbered.fullmatch(name)]
    return same[0] if len(same) == 1 and _is_canvas(class_list) else title
