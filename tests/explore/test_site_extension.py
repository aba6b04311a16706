"""The Sphinx extension, on a site of one page."""

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError, SphinxWarning
from sphinx.util.docutils import docutils_namespace, patch_docutils

from attnkit.explore import sampling, sphinx_extension
from tests.explore.demo import DEMO

CONF = 'extensions = ["myst_parser", "attnkit.explore.sphinx_extension"]\nhtml_theme = "basic"\n'
FIGURE = "# Page\n\n```{explorable} demo\n```\n\n"


@pytest.fixture
def build(tmp_path, monkeypatch):
    monkeypatch.setattr(sphinx_extension, "gallery", lambda: {"demo": DEMO})
    monkeypatch.setenv("ATTNKIT_PAGE", "")  # which a build sets
    source, out = tmp_path / "source", tmp_path / "out" / "html"
    source.mkdir()
    (source / "conf.py").write_text(CONF)

    def run(text: str) -> str:
        page = source / "index.md"
        if not page.exists() or page.read_text() != text:
            page.write_text(text)
        trees = tmp_path / "trees"
        with docutils_namespace(), patch_docutils():
            Sphinx(source, source, out, trees, "html", status=None, warningiserror=True).build()
        return (out / "index.html").read_text()

    run.source, run.out = source, out
    return run


def test_a_directive_becomes_a_figure_with_its_scripts(build):
    page = build("# Page\n\n```{explorable} demo\n```\n")
    assert '<div class="attnkit-explorable" data-name="demo" id="demo">' in page
    assert "attnkit/explorable.js" in page
    assert (build.out / "_static/attnkit/demo.svg").exists()
    assert (build.out / ".nojekyll").exists()
    assert "https://" not in page.replace("https://www.sphinx-doc.org", "")


def test_copied_code_is_told_where_to_get_the_library(build):
    assert '"get_it": ""' in build(FIGURE)
    (build.source / "conf.py").write_text(CONF + 'explore_install = "get_it"\n')
    (build.source / "get_it.md").write_text("---\norphan: true\n---\n# Get it\n")
    assert '"get_it": "get_it.html"' in build(FIGURE)


def test_a_page_without_figures_gets_no_scripts(build):
    assert "explorable.js" not in build("# Page\n")


def test_a_link_sets_sliders(build):
    page = build(f"{FIGURE}{{set}}`half <demo width=0.5 shape=peaked>`\n")
    assert '<a class="attnkit-set" href="#demo?width=0.5&shape=peaked">half</a>' in page


def test_a_link_can_hold_a_choice_of_two_words(build):
    page = build(f'{FIGURE}{{set}}`both <demo words="two words">`\n')
    assert 'href="#demo?words=two+words"' in page


def test_a_link_finds_the_figure_on_another_page(build):
    (build.source / "part").mkdir()
    (build.source / "part" / "plan.md").write_text(
        "---\norphan: true\n---\n# Plan\n\n{set}`half <demo width=0.5>`\n"
    )
    build(f"{FIGURE}{{set}}`half <demo width=0.5>`\n")
    plan = (build.out / "part" / "plan.html").read_text()
    assert '<a class="attnkit-set" href="../index.html#demo?width=0.5">half</a>' in plan
    assert 'href="#demo?width=0.5"' in (build.out / "index.html").read_text()


def test_a_link_to_a_figure_that_no_page_shows_fails_the_build(build):
    with pytest.raises(ExtensionError, match="which no page shows"):
        build("# Page\n\n{set}`half <demo width=0.5>`\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```{explorable} nobody\n```", "no explorable is called 'nobody'"),
        ("{set}`x <nobody width=1>`", "no explorable is called 'nobody'"),
        ("{set}`x <demo depth=1>`", "no slider called"),
        ("{set}`x <demo shape=square>`", "shape must be one of"),
        ("{set}`x <demo width>`", "expected"),
        ("{set}`x`", "expected"),
    ],
)
def test_a_wrong_name_fails_the_build(build, text, message):
    with pytest.raises((SphinxWarning, ExtensionError), match=message):
        build(f"# Page\n\n{text}\n")


def test_a_changed_library_rewrites_pages_that_did_not_change(build, monkeypatch):
    text = "# Page\n\n```{explorable} demo\n```\n"
    build(text)
    (build.out / "index.html").write_text("stale")
    assert build(text) == "stale"
    assert (build.out / "_static/attnkit/demo.svg").exists()
    monkeypatch.setattr(sphinx_extension, "page_fingerprints", lambda _: {"index": "another"})
    assert "attnkit-explorable" in build(text)


def test_an_interrupted_build_is_made_good_by_the_next(build, monkeypatch):
    text = "# Page\n\n```{explorable} demo\n```\n"

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sampling, "sample", stop)
        with pytest.raises(KeyboardInterrupt):
            build(text)
    assert "attnkit-explorable" in build(text)
