"""The protocol between kernel and figure, the kernel's side: settings in, changed arrays out."""

import base64

import ipywidgets
import nbclient
import nbconvert
import nbformat
import numpy as np
import pytest
import traitlets

from attnkit.explore.live import LiveFigure
from attnkit.explore.marks import TONES
from attnkit.explore.wire import unpacked
from tests.browser import Watch
from tests.explore.demo import DEMO

START = DEMO.defaults | {"lift": 0.0}


@pytest.fixture
def figure():
    return LiveFigure(DEMO)


def ask(figure, number="a 1", **moved):
    """What the front end sends, and the header and arrays that come back."""
    figure.set_state({"asked": {"number": number, "params": figure.params | moved}})
    return unpacked(figure.answer)


def test_a_figure_starts_with_every_array_of_its_first_setting(figure):
    about, arrays = unpacked(figure.first)
    assert about == {"params": START}
    assert figure.params == START
    expected = DEMO.compute(**DEMO.defaults)
    assert arrays.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(arrays[name], value, rtol=1e-6)


def test_it_starts_where_python_says():
    figure = DEMO.show(place=1.5, lift=0.25)
    assert figure.params == START | {"place": 1.5, "lift": 0.25}
    assert unpacked(figure.first)[1]["half"] == 0.75


def test_an_answer_carries_the_number_of_its_question_and_the_changed_arrays_alone(figure):
    about, arrays = ask(figure, "view 17", place=1.5)
    assert about == {"question": "view 17", "refusal": "", "params": START | {"place": 1.5}}
    assert list(arrays) == ["place"]
    assert arrays["place"] == 1.5
    assert figure.params == about["params"]


def test_what_is_shown_is_the_first_setting_with_the_answer_on_top(figure):
    """A second view, or a saved notebook, needs no earlier answer."""
    ask(figure, place=1.5)
    ask(figure, count=7, shape="peaked", words="free text of mine")
    shown = unpacked(figure.first)[1] | unpacked(figure.answer)[1]
    for name, value in DEMO.compute(**figure.params | {"lift": 0.0}).items():
        np.testing.assert_allclose(shown[name], value, rtol=1e-6)
    assert list(ask(figure, **START)[1]) == []


def test_numbers_come_as_compute_gave_them_and_nan_stays_nan(figure):
    _, arrays = ask(figure, width=1.05)
    assert arrays["height"].item() == 1 / 1.05
    assert arrays["wide_only"] == 1.05
    _, arrays = ask(figure, width=0.95)
    assert "wide_only" not in arrays  # it is NaN again, as at first
    _, arrays = ask(figure, width=0.75)
    assert arrays["height"].item() == 1 / 0.75


def test_what_compute_refuses_is_told_to_the_reader_and_nothing_is_lost(figure):
    ask(figure, place=1.5)
    about, arrays = ask(figure, "a 2", words="")
    assert about["refusal"] == "words must not be empty"
    assert about["question"] == "a 2"
    assert list(arrays) == ["place"]
    assert figure.params == about["params"] == START | {"place": 1.5}
    about, _ = ask(figure, "a 3", words="more")
    assert about["refusal"] == ""


def test_a_refusal_keeps_its_lines():
    from attnkit.explore import gallery

    about, _ = ask(gallery()["conditioning-laboratory"].show(), design="40 a+ | A")
    sentence, design, caret = about["refusal"].splitlines()
    assert "cannot read 'a'" in sentence
    assert design[caret.index("^")] == "a"


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"place": 9.0}, ValueError, "place must be in \\[-2, 2\\]"),
        ({"place": None}, TypeError, "place must be a number"),
        ({"alpha": 1.0}, ValueError, "'alpha', which is no control"),
        ({"words": ""}, ValueError, "words must not be empty"),
        ([1.0], traitlets.TraitError, "'params' trait"),
    ],
)
def test_python_is_refused_by_name_and_the_figure_stays(figure, params, error, message):
    before = figure.answer
    with pytest.raises(error, match=message):
        figure.params = params
    assert figure.params == START
    assert figure.answer == before
    if isinstance(params, dict):
        with pytest.raises(error, match=message):
            DEMO.show(**params)


def test_python_sets_a_part_of_the_setting_and_nobody_asked(figure):
    figure.params = {"place": 1.5}
    assert figure.params == START | {"place": 1.5}
    about, arrays = unpacked(figure.answer)
    assert about == {"params": figure.params}
    assert list(arrays) == ["place"]


def test_python_sees_what_the_reader_moves(figure):
    seen = []
    figure.observe(lambda change: seen.append(change["new"]["place"]), "params")
    ask(figure, place=1.5)
    ask(figure, words="")
    ask(figure, place=1.5)
    ask(figure, place=-1.0)
    assert seen == [1.5, -1.0]


def test_params_link_to_an_ipywidget_both_ways(figure):
    slider = ipywidgets.FloatSlider(min=-2, max=2)
    traitlets.link(
        (figure, "params"),
        (slider, "value"),
        transform=(lambda params: params["place"], lambda value: {"place": value}),
    )
    assert slider.value == 0.5
    slider.value = 1.5
    assert unpacked(figure.answer)[1]["place"] == 1.5
    ask(figure, place=-1.0)
    assert slider.value == -1.0


def test_everything_travels_in_one_message_of_the_state(figure):
    """Custom messages would be lost wherever a widget is restored from a saved notebook."""
    sent = []
    figure.comm.send = lambda data=None, buffers=None, **_: sent.append((data, buffers))
    ask(figure, place=1.5)
    assert [data["method"] for data, _ in sent] == ["update"]
    assert sent[0][0]["state"] == {"params": figure.params}
    assert sent[0][0]["buffer_paths"] == [["answer"]]


def test_a_free_control_moves_in_jupyter_and_is_absent_from_the_page(figure):
    _, arrays = ask(figure, lift=0.7)
    assert arrays["half"] == pytest.approx(1.2)
    assert [control["name"] for control in figure.spec["free"]] == ["lift"]
    assert "lift" not in DEMO.sliders
    assert "lift" not in DEMO.static_grid()


def run(code):
    cell = nbformat.v4.new_code_cell(code)
    book = nbformat.v4.new_notebook(cells=[cell])
    return nbclient.NotebookClient(book, kernel_name="python3", timeout=120).execute()


@pytest.fixture(scope="module")
def executed():
    """A notebook as it is saved after a run that nobody watched, its widgets' state included."""
    return run('from attnkit.explore import gallery\ngallery()["finite-entmax"]')


def test_beside_the_widget_stands_a_still_picture_with_the_alt_text(executed):
    widget, still = (output.data for output in executed.cells[0].outputs)
    assert "application/vnd.jupyter.widget-view+json" in widget
    assert "image/svg+xml" in still
    assert 'alt="Left, dots for the scores of twelve keys' in still["text/html"]
    inside = still["text/html"].split("base64,")[1].split('"')[0]
    assert base64.b64decode(inside).decode() == still["image/svg+xml"]
    assert still["text/plain"] == "Scores to weights, a still picture"
    assert widget["text/plain"].startswith("Scores to weights: Left, dots")


@pytest.mark.browser
def test_a_page_made_of_the_notebook_shows_the_still_picture_without_a_network(
    executed, browser, tmp_path
):
    page, _ = nbconvert.HTMLExporter().from_notebook_node(executed)
    (tmp_path / "notebook.html").write_text(page)
    context = browser.new_context()
    Watch(context)
    tab = context.new_page()
    tab.goto((tmp_path / "notebook.html").as_uri())
    picture = tab.locator("[data-attnkit-still] img")
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 300")
    context.close()


def test_a_built_page_gets_the_mark_alone(monkeypatch):
    monkeypatch.setenv("ATTNKIT_PAGE", "1")
    book = run(
        "from IPython.display import display\nfrom attnkit.explore import gallery\n"
        'display(gallery()["finite-entmax"].show(alpha=2.0))\ngallery()["finite-entmax"]'
    )
    mark = {"text/html": "<!--attnkit:finite-entmax-->"}
    assert [output.data for output in book.cells[0].outputs] == [mark, mark]


def test_the_still_picture_is_the_same_twice_and_holds_every_tone():
    assert DEMO.still() == DEMO.still()
    assert TONES["density"].encode() in DEMO.still()
    assert DEMO.still(place=1.5) != DEMO.still()
