"""What a teacher is pointed to: the same student twice, and the same answer from several."""

import nbformat
import pytest

from attnkit.coursework import Student, find_task
from attnkit.coursework.handout.class_list import read_class_list
from attnkit.coursework.handout.export import chosen, made
from attnkit.coursework.handout.likeness import noticed
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.handout.submission import read_submission
from tests.coursework.handed_out import SETS, cells, solve

SHORT, LONG, PROSE = "one-gradient-step", "two-heads-one-step", "best-plain-rate"
FEW = chosen(SETS["icl"], [SHORT, LONG, PROSE])
WORDS = "The rate is small, because the noise is large and the inputs are round. " * 4


def notebook(who):
    (made_for,) = made(FEW, "student", students=[Student(who, salt="x")]).values()
    return made_for


def paper(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(content, path)
    submission = read_submission(path)
    return Paper(path, submission.student.id, [], [], submission)


def solved(who, change=lambda source: source):
    content = notebook(who)
    solve(content, FEW)
    answer = cells(content, "answer")[LONG]
    answer.source = change(answer.source)
    return content


def test_what_was_handed_out_and_short_right_answers_are_alike_by_nature(tmp_path):
    papers = [paper(tmp_path, f"{who}.ipynb", notebook(who)) for who in ("ana", "ben")]
    assert noticed(papers) == []
    other = solved("cy", lambda source: source.replace("scale", "size"))
    papers = [paper(tmp_path, "ana.ipynb", solved("ana")), paper(tmp_path, "cy.ipynb", other)]
    assert noticed(papers) == []


def commented(source):
    lines = source.splitlines()
    return "\n".join([*lines[:-1], "    # my own idea", lines[-1].replace(" = ", "  =  "), ""])


def test_one_long_answer_of_two_is_told_whatever_its_layout(tmp_path):
    first = paper(tmp_path, "ana.ipynb", solved("ana"))
    second = paper(tmp_path, "ben.ipynb", solved("ben", commented))
    (notice,) = noticed([first, second])
    assert notice.sentence == f"the same in {first.path}, {second.path}: {LONG} (code)"
    assert notice.brief[str(first.path)] == f"the same as in {second.path}: {LONG} (code)"


def test_one_text_of_two_is_told(tmp_path):
    papers = []
    for who in ("ana", "ben", "cy", "di"):
        content = notebook(who)
        cells(content, "prose")[PROSE].source = f"*Your answer, in words:*\n\n{WORDS}"
        papers.append(paper(tmp_path, f"{who}.ipynb", content))
    (notice,) = noticed(papers)
    assert notice.sentence.startswith(f"the same in {papers[0].path}, ")
    assert notice.sentence.endswith(f" and 1 more: {PROSE} (words)")
    assert len(WORDS) > 200 > len(find_task(SHORT).placeholder)


def test_a_student_who_hands_in_twice_copies_from_nobody(tmp_path):
    papers = [paper(tmp_path, f"{name}.ipynb", solved("ana")) for name in ("first", "last")]
    (notice,) = noticed(papers)
    assert notice.sentence.startswith("ana handed in icl 2 times, as ")
    assert notice.sentence.endswith("and you decide which counts")


@pytest.mark.parametrize(
    ("names", "owners"),
    [
        (
            ["A Núñez_1_assignsubmission_file_/i.ipynb", "B Ø_2_assignsubmission_file_/i.ipynb"],
            ("A Núñez", "B Ø"),
        ),
        (["nunezana_11_12_icl.ipynb", "oben_LATE_13_14_icl-1.ipynb"], ("nunezana", "oben")),
    ],
)
def test_one_students_notebook_from_two_people_is_told(tmp_path, names, owners):
    (notice,) = noticed([paper(tmp_path, name, solved("ana")) for name in names])
    assert f"they came from {owners[0]} and {owners[1]}: someone may have" in notice.sentence


def test_anothers_notebook_in_nbgraders_folder_is_told(tmp_path):
    path = "submitted/ben/icl/icl.ipynb"
    assert noticed([paper(tmp_path, path, notebook("ben"))]) == []
    (notice,) = noticed([paper(tmp_path, path, notebook("ana"))])
    assert notice.sentence.endswith("icl.ipynb was made for ana, handed in by ben")


def test_a_class_list_tells_whose_moodles_folder_it_is(tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("First name,Surname,Username\nAna,Núñez,ana\nBen,Ø,ben\n", encoding="utf-8")
    found = [
        paper(tmp_path, f"{folder}_assignsubmission_file_/icl.ipynb", notebook("ana"))
        for folder in ("Ana Núñez_1", "Ben Ø_2")
    ]
    assert noticed(found[:1], read_class_list(path)) == []
    assert noticed(found[1:]) == []
    (notice,) = noticed(found[1:], read_class_list(path))
    assert notice.brief == {str(found[1].path): "made for ana, handed in by ben"}
