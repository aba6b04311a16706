"""A chapter shows its tasks; a task that stands nowhere, or twice, stops the build."""

import io
import re
import textwrap
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.errors import SphinxWarning
from sphinx.util.docutils import docutils_namespace, patch_docutils

import attnkit.book.sphinx_extension
import attnkit.coursework.sphinx_extension  # before a tiny room hides it
import attnkit.words
from tests.coursework.conftest import forget

FILES = {
    "source/conf.py": """
        extensions = ["myst_parser", "attnkit.coursework.sphinx_extension"]
        myst_enable_extensions = ["dollarmath", "colon_fence"]
        """,
    "source/index.md": """
        # Book
        ```{toctree}
        other
        ```
        Go to {ref}`task-why-soft`.

        ```{task} soft-weights
        ```
        """,
    "source/other.md": """
        # Other
        ```{task} why-soft
        ```
        """,
    "solutions/soft_weights.py": '''
        """Divide by the **whole** sum."""

        def weights(scores):
            return scores.exp() / scores.exp().sum()
        ''',
    "solutions/why_soft.py": '"""Its derivative is positive."""\n',
}


class Book:
    """Files that can be edited, and a build that returns pages or raises."""

    def __init__(self, folder):
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, textwrap.dedent(text))

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def build(self):
        """Build with warnings as errors, as a fresh process would."""
        forget()
        source, out = self.folder / "source", self.folder / "html"
        places = source, source, out, self.folder / "doctrees"
        with patch_docutils(source), docutils_namespace():
            app = Sphinx(*places, "html", status=io.StringIO(), warning=None, warningiserror=True)
            app.build()
        assert app.statuscode == 0
        return {path.stem: path.read_text() for path in out.glob("**/*.html")}


@pytest.fixture
def book(tiny_room, tmp_path, monkeypatch):
    monkeypatch.delenv("ATTNKIT_SOLUTIONS", raising=False)
    return Book(tmp_path)


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_tasks_are_numbered_as_in_their_problem_set(book, tiny_room):
    pages = book.build()
    assert "Exercise 1: Soft weights" in pages["index"]
    assert "Exercise 2: Why soft?" in pages["other"]
    about = tiny_room / "room.toml"
    in_print = 'numbered = ["why-soft"]'
    about.write_text(about.read_text().replace("part = 0", "part = 3") + in_print)
    pages = book.build()
    assert "Exercise 3.2: Soft weights" in pages["index"]
    assert "Exercise 3.1: Why soft?" in pages["other"]


def test_a_task_shows_what_it_asks_and_of_whom(book):
    page = book.build()["index"]
    assert "implement · difficulty 1 of 3 · 10 minutes" in page
    assert "Write <strong>weights</strong> for 5 keys:" in page
    assert re.search(r'class="math[^>]*>\\\(w = e\^\{z\}\\\)', page)
    assert "Check it with check(&quot;soft-weights&quot;, weights)." in text(page)


def test_hints_are_folded_one_after_another(book):
    folds = re.findall(
        r"<details class=\"task-fold\"><summary>(.*?)</summary>", book.build()["index"]
    )
    assert folds == ["Hint 1", "Hint 2", "Hint 3", "Start here"]


def test_prose_shows_its_rubric_and_asks_for_no_check(book):
    page = book.build()["other"]
    assert "What a grader looks for" in page
    assert "Names the derivative." in page
    assert "Check it" not in page


def test_prose_links_to_a_task_by_number_and_title(book):
    link = re.search(r"Go to (.*?)\.</p>", book.build()["index"])[1]
    assert 'href="other.html#task-why-soft"' in link
    assert text(link) == "Exercise 2: Why soft?"


def test_solutions_are_shown_only_where_the_teacher_turns_them_on(book, monkeypatch):
    assert "Solution" not in "".join(book.build().values())
    monkeypatch.setenv("ATTNKIT_SOLUTIONS", "../solutions")
    pages = book.build()
    assert "Divide by the <strong>whole</strong> sum." in pages["index"]
    assert "return scores.exp() / scores.exp().sum()" in text(pages["index"]).replace("  ", " ")
    assert "Its derivative is positive." in pages["other"]
    monkeypatch.delenv("ATTNKIT_SOLUTIONS")
    site = [path for path in (book.folder / "html").rglob("*") if path.suffix in (".html", ".js")]
    book.build()
    assert not any("derivative is positive" in path.read_text() for path in site)


def test_a_missing_solution_stops_the_build(book, monkeypatch):
    monkeypatch.setenv("ATTNKIT_SOLUTIONS", "nowhere")
    with pytest.raises(SphinxWarning, match=r"no solution of (soft-weights|why-soft) in .*nowhere"):
        book.build()


def test_a_changed_task_reaches_a_page_that_did_not_change(book, tiny_room):
    book.build()
    tasks = tiny_room / "tasks.py"
    tasks.write_text(tasks.read_text().replace("Say why.", "Say when and why."))
    assert "Say when and why." in book.build()["other"]


def test_an_unknown_task_stops_the_build(book):
    book.write("source/other.md", "# Other\n```{task} why-sofd\n```\n")
    with pytest.raises(SphinxWarning, match="did you mean 'why-soft'"):
        book.build()


def test_a_task_without_a_chapter_stops_the_build(book):
    book.write("source/other.md", "# Other\n")
    book.write("source/index.md", "# Book\n```{toctree}\nother\n```\n```{task} soft-weights\n```\n")
    with pytest.raises(SphinxWarning, match="'why-soft' is declared, but no chapter sets it"):
        book.build()


def test_a_task_in_two_chapters_stops_the_build(book):
    book.write("source/other.md", "# Other\n```{task} why-soft\n```\n```{task} soft-weights\n```\n")
    with pytest.raises(SphinxWarning, match="'soft-weights' is set 2 times, in index and other"):
        book.build()


def test_a_task_may_move_to_another_chapter(book):
    book.build()
    book.write("source/other.md", "# Other\n")
    index = textwrap.dedent(FILES["source/index.md"]) + "```{task} why-soft\n```\n"
    book.write("source/index.md", index)
    assert "Exercise 2: Why soft?" in book.build()["index"]


def test_before_the_first_task_of_a_page_stands_how_to_get_the_library(book):
    assert "how to get attnkit" not in "".join(book.build().values())
    book.write("source/get_it.md", "---\norphan: true\n---\n# Get it\n")
    conf = textwrap.dedent(FILES["source/conf.py"]) + 'coursework_install = "get_it"\n'
    book.write("source/conf.py", conf)
    book.write("source/other.md", "# Other\n")
    index = textwrap.dedent(FILES["source/index.md"]) + "```{task} why-soft\n```\n"
    book.write("source/index.md", index)
    page = book.build()["index"]
    links = re.findall(r'href="(.*?)"><span class="doc">how to get attnkit<', page)
    assert links == ["get_it.html"]
    assert page.index("how to get attnkit") < page.index('id="task-soft-weights"')


def test_headings_are_those_of_the_table_of_words(book, monkeypatch, tmp_path):
    words = Path(attnkit.words.__file__).with_name("en.toml").read_text()
    (tmp_path / "en.toml").write_text(words)
    (tmp_path / "de.toml").write_text('[exercise]\nheading = "Aufgabe {number}: {title}"\n')
    monkeypatch.setattr(attnkit.words, "_FOLDER", tmp_path)
    monkeypatch.setenv(attnkit.words.LANGUAGE, "de")
    attnkit.words._table.cache_clear()
    page = book.build()["index"]
    attnkit.words._table.cache_clear()
    assert "Aufgabe 1: Soft weights" in page
    assert "Exercise 1" not in page


def test_tasks_out_of_their_order_stop_the_build(book):
    book.write("source/other.md", "# Other\n")
    index = "# Book\n```{toctree}\nother\n```\n```{task} why-soft\n```\n"
    book.write("source/index.md", index + "```{task} soft-weights\n```\n")
    with pytest.raises(SphinxWarning, match=r"index sets 'why-soft' \(2\) before 'soft-weights'"):
        book.build()


def test_an_exercise_of_another_part_stops_the_build(book, tiny_room):
    about = tiny_room / "room.toml"
    about.write_text(about.read_text().replace("part = 0", "part = 1"))
    conf = FILES["source/conf.py"].replace(
        '"attnkit.c', '"attnkit.book.sphinx_extension", "attnkit.c'
    )
    book.write("source/conf.py", textwrap.dedent(conf) + 'attnkit_chapters = ["*/[0-9]_*"]\n')
    one = "# Book\n```{toctree}\n:caption: A\na/1_x\n```\n```{toctree}\n:caption: B\nb/1_y\n```\n"
    book.write("source/index.md", one)
    (book.folder / "source/other.md").unlink()
    both = "```{task} soft-weights\n```\n```{task} why-soft\n```\n"
    book.write("source/a/1_x.md", f"# X\n\n{both}")
    book.write("source/b/1_y.md", "# Y\n")
    assert "Exercise 1.2: Why soft?" in book.build()["1_x"]
    about.write_text(about.read_text().replace("part = 1", "part = 2"))
    with pytest.raises(SphinxWarning, match=r"a/1_x is in part 1, but sets exercise 2\.1"):
        book.build()
