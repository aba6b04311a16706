"""A room with a task that is easy to get wrong in many ways."""

import sys
import textwrap

import pytest

import attnkit

TASKS = """
    import torch

    from attnkit.coursework import Task, compare, law


    def rows(generator, variant):
        for n_keys in (1, 2, variant["n_keys"]):
            yield {"scores": torch.randn(n_keys, generator=generator, dtype=torch.float64)}


    @law("mass one", "The weights of a row sum to one.", cases=rows)
    def mass_one(answer, scores):
        return compare.against(answer(scores).sum(), 1.0, what="the sum of the weights")


    @law("softmax", "The weights are those of another algorithm.", cases=rows)
    def agreement(answer, scores):
        return compare.against(answer(scores), scores.softmax(-1), what="the weights")


    @law("refusal", "Integers are refused with a TypeError.", cases=rows)
    def refusal(answer, scores):
        try:
            answer(scores.long())
        except TypeError:
            return None
        return "integers were taken"


    WEIGHTS = Task(
        name="soft-weights",
        title="Soft weights",
        kind="implement",
        difficulty=1,
        minutes=10,
        statement="Write **weights** for {n_keys} keys: $w = e^{{z}}$.",
        hints=("What must it sum to?", "Divide by the sum.", "Subtract the *maximum* first."),
        placeholder="def weights(scores):\\n    return torch.full_like(scores, torch.nan)\\n",
        laws=(mass_one, agreement, refusal),
        variants={"n_keys": (5, 7, 11, 13)},
    )
    WHY = Task(
        name="why-soft",
        title="Why soft?",
        kind="explain",
        difficulty=2,
        minutes=20,
        statement="Say why.",
        hints=("Look.", "Look again.", "Look at the derivative."),
        rubric=("Names the derivative.", "Says where it vanishes."),
    )
    """

ABOUT = """
    part = 0
    question = "Tiny?"

    [problem_set]
    title = "Tiny"
    introduction = "Two tasks."
    """


@pytest.fixture
def tiny_room(tmp_path, monkeypatch):
    """Let attnkit consist of one room, which declares two tasks; return its folder."""
    room = tmp_path / "rooms" / "tiny_room"
    room.mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "tasks.py").write_text(textwrap.dedent(TASKS))
    (room / "room.toml").write_text(textwrap.dedent(ABOUT))
    monkeypatch.setattr(attnkit, "__path__", [str(tmp_path / "rooms")])
    yield room
    forget()
    vars(attnkit).pop("tiny_room", None)


def forget():
    for name in [name for name in sys.modules if name.startswith("attnkit.tiny_room")]:
        del sys.modules[name]
