"""The Jupyter host without Jupyter: a model of a widget, and a kernel that answers when told to."""

import base64

import pytest

from attnkit.explore import gallery
from attnkit.explore.assets import module, stylesheet
from attnkit.explore.live import LiveFigure
from tests.browser import Watch
from tests.explore.demo import DEMO

pytestmark = pytest.mark.browser

# What anywidget hands to `render`, and a list of what was asked.
MODEL = """async ([code, css, state]) => {
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const listeners = new Map();
  const values = { ...state, first: bytes(state.first), answer: bytes(state.answer) };
  let asked = null;
  window.questions = [];
  window.model = {
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; asked = name === "asked" ? value : asked; },
    save_changes: () => { questions.push(asked); },
    on: (event, act) => listeners.set(act, event),
    off: (event, act) => listeners.delete(act),
  };
  window.listening = () => listeners.size;
  window.reply = (answer) => {
    values.answer = bytes(answer);
    for (const [act] of listeners) act();
  };
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const { default: widget } = await import(`data:text/javascript;base64,${code}`);
  window.view = (id) => {
    const el = document.body.appendChild(Object.assign(document.createElement("div"), { id }));
    return widget.render({ model, el });
  };
  window.closeFirst = view("view");
}"""


class Bench:
    """A page with one view of a figure, and the kernel's side of it."""

    def __init__(self, tab, live: LiveFigure):
        self.tab, self.live = tab, live
        state = {"spec": live.spec, "beside": live.beside, "first": text(live.first), "answer": ""}
        code = base64.b64encode(module().encode()).decode()
        tab.goto("about:blank")
        tab.evaluate(MODEL, [code, stylesheet(), state])
        self.figure = tab.locator("#view .attnkit-explorable")

    def move(self, name: str, value: float) -> None:
        self.figure.get_by_label(DEMO.sliders[name].label, exact=True).fill(str(value))
        self.settle()

    def settle(self) -> None:
        self.tab.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def questions(self) -> list[dict]:
        return self.tab.evaluate("questions")

    def reply(self, nth: int = -1) -> None:
        """Let the kernel answer one of the questions."""
        self.live.set_state({"asked": self.questions()[nth]})
        self.tab.evaluate("reply", text(self.live.answer))

    def shown(self) -> dict:
        return self.figure.evaluate("node => node.attnkit")


def text(value: bytes) -> str:
    return base64.b64encode(value).decode()


@pytest.fixture
def bench(browser):
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    watch = Watch(context, allowed=("about:", "data:", "blob:"))
    yield lambda figure=DEMO, **params: Bench(context.new_page(), figure.show(**params))
    context.close()
    watch.assert_clean()


def test_the_first_setting_is_drawn_without_a_question(bench):
    here = bench(place=1.5)
    assert here.questions() == []
    assert here.shown()["params"]["place"] == 1.5
    assert here.shown()["values"]["place"] == 1.5
    assert here.figure.get_attribute("data-drawn")


def test_a_move_asks_for_the_whole_setting_and_shows_the_answer(bench):
    here = bench()
    here.move("place", 1.5)
    (question,) = here.questions()
    assert question["params"] == here.live.params | {"place": 1.5}
    assert here.shown()["values"]["place"] == 0.5
    here.reply()
    assert here.shown()["values"]["place"] == 1.5


def test_one_question_is_in_flight_and_the_last_move_wins(bench):
    here = bench()
    for place in (0.6, 0.7, 0.8, 0.9):
        here.move("place", place)
    assert [q["params"]["place"] for q in here.questions()] == [0.6]
    here.reply()
    assert here.shown()["values"]["place"] == 0.6
    assert here.shown()["params"]["place"] == 0.9, "a slider under the hand is not moved back"
    assert [q["params"]["place"] for q in here.questions()] == [0.6, 0.9]
    here.reply()
    assert here.shown()["values"]["place"] == 0.9
    here.reply(0)
    assert len(here.questions()) == 2


def test_only_the_panels_whose_arrays_changed_are_painted(bench):
    here = bench()
    painted = "node => [...node.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"
    before = here.figure.evaluate(painted)
    here.move("place", 1.5)
    here.reply()
    after = here.figure.evaluate(painted)
    assert [one == two for one, two in zip(before, after, strict=True)] == [False, True, True]


def test_a_refusal_stands_beside_the_controls_with_its_lines(bench):
    here = bench(gallery()["conditioning-laboratory"])
    field = here.figure.locator("input[list]")
    field.fill("40 a+ | A")
    field.press("Enter")
    here.tab.wait_for_function("questions.length === 1")
    here.reply()
    problem = here.figure.locator("pre.attnkit-problem")
    sentence, design, caret = problem.inner_text().splitlines()
    assert "cannot read 'a'" in sentence
    assert design[caret.index("^")] == "a"
    field.fill("40 A+ | A")
    field.press("Enter")
    here.tab.wait_for_function("questions.length === 2")
    here.reply()
    assert problem.is_hidden()


def test_what_python_sets_moves_the_sliders(bench):
    here = bench()
    here.live.params = {"place": -1.0, "words": "set from Python"}
    here.tab.evaluate("reply", text(here.live.answer))
    here.tab.wait_for_function(
        "document.querySelector('.attnkit-explorable').attnkit.values.place < 0"
    )
    assert here.shown()["params"] == here.live.params
    assert here.questions() == []


def test_a_view_that_is_closed_listens_no_longer(bench):
    here = bench()
    here.tab.evaluate("void view('second')")
    assert here.tab.evaluate("listening()") == 2
    here.tab.evaluate("closeFirst()")
    assert here.tab.evaluate("listening()") == 1
    assert here.tab.locator("#second .attnkit-explorable").get_attribute("data-drawn")


def test_a_second_view_starts_at_the_setting_of_now(bench):
    here = bench()
    here.move("place", 1.5)
    here.reply()
    here.tab.evaluate("void view('second')")
    second = here.tab.locator("#second .attnkit-explorable")
    assert second.evaluate("node => node.attnkit") == here.shown()


def test_a_kernel_that_does_not_answer_is_named(bench):
    here = bench()
    here.move("place", 1.5)
    problem = here.figure.locator("pre.attnkit-problem")
    problem.get_by_text("The kernel does not answer").wait_for(timeout=15_000)
    here.reply()
    assert problem.is_hidden()
    assert here.shown()["values"]["place"] == 1.5


def test_plain_keys_stay_in_the_figure_and_commands_reach_the_notebook(bench):
    here = bench()
    here.tab.evaluate("""() => {
      window.heard = [];
      document.addEventListener("keydown", (event) => heard.push(event.key));
      document.addEventListener("keydown", ({ key, target }) => {
        if (!target.hasAttribute("data-lm-suppress-shortcuts")) heard.push(`first ${key}`);
      }, true);
    }""")
    slider = here.figure.get_by_label("place μ", exact=True)
    for key in ("ArrowDown", "h", "Control+s"):
        slider.press(key)
    assert here.tab.evaluate("heard") == ["first Control", "Control", "first s", "s"]


def test_own_data_has_a_button_and_a_field(bench):
    here = bench(gallery()["finite-entmax"])
    field = here.figure.get_by_label("your own scores")
    assert field.is_hidden()
    here.figure.get_by_role("button", name="Your own data").click()
    field.fill("0.5, 3; 1")
    field.press("Enter")
    here.tab.wait_for_function("questions.length === 1")
    assert here.questions()[0]["params"]["scores"] == [0.5, 3, 1]
    here.reply()
    assert here.shown()["values"]["score"] == [0.5, 3, 1]
    here.figure.get_by_role("button", name="Reset").click()
    here.tab.wait_for_function("questions.length === 2")
    here.reply()
    assert len(here.shown()["values"]["score"]) == 12
