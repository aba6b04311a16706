"""Design strings: what they mean, and errors that point at the character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnkit.memory.conditioning import Design, DesignError, Trial


def test_phases_counts_signs_and_probes():
    design = Design.parse("3 A+ | 2 AB- | B / AB")
    assert design.phases == ((Trial(("A",), True),) * 3, (Trial(("AB",), False),) * 2)
    assert design.probes == ("B", "AB")
    assert design.cues == ("A", "B")
    assert design.phase_ends == (3, 5)


def test_mixed_trial_types_are_spread_evenly():
    equal = Design.parse("3 A+ / 3 AB- | A")
    assert [t.cues for t in equal.trials] == ["A", "AB"] * 3
    unequal = Design.parse("4 A+ / 2 B- | A")
    assert [t.cues for t in unequal.trials] == ["A", "B", "A", "A", "B", "A"]


@pytest.mark.parametrize("minus", ["-", "−", "–"])
def test_every_minus_sign_counts(minus):
    assert Design.parse(f"A{minus} | A").trials == (Trial(("A",), False),)


@pytest.mark.parametrize("arrow", [">", " > ", "→"])
def test_moments_and_empty_trials(arrow):
    design = Design.parse(f"2 B{arrow}AC- | 1 _- | 1 _+ | A")
    assert design.trials[0] == Trial(("B", "AC"), False)
    assert design.trials[2:] == (Trial(("",), False), Trial(("",), True))


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("", 0, "needs a training phase"),
        ("40 A+", 5, "needs a training phase"),
        ("40 A | B", 4, "ends with"),
        ("40 | B", 2, "ends with"),
        ("40 + | B", 3, "expected a cue"),
        ("40 A+ | C", 8, "unknown cue 'C'"),
        ("40 A+ / 3 B- | AC", 16, "unknown cue 'C'"),
        ("40 a+ | A", 3, "capital letters"),
        ("40 A* | A", 4, "cannot read"),
        ("40 A+ || A", 7, "missing here"),
        ("40 A+ / | A", 8, "missing here"),
        ("40 A+ | ", 8, "missing here"),
        ("40 AA+ | A", 3, "named twice"),
        ("0 A+ | A", 0, "at least once"),
        ("4 5 A+ | A", 2, "expected a cue"),
        ("A> + | A", 3, "expected a cue"),
        ("A B+ | A", 2, "expected '>'"),
        ("A+ | 3 A", 5, "probes"),
        ("A+ | A+", 6, "probes"),
        ("A+ | _", 5, "probes"),
    ],
)
def test_errors_point_at_the_character(text, position, problem):
    with pytest.raises(DesignError, match=problem) as caught:
        Design.parse(text)
    assert caught.value.position == position
    assert str(caught.value).splitlines()[-1] == "    " + " " * position + "^"


@given(st.text(alphabet="AB12+-|/>_ a", max_size=15))
def test_any_text_is_read_or_refused_with_a_position(text):
    try:
        position, trials = 0, Design.parse(text).trials
    except DesignError as error:
        position, trials = error.position, None
    assert 0 <= position <= len(text)
    assert trials != ()


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.sampled_from(["A", "B", "AB"]), st.booleans()), min_size=1
    )
)
def test_mixing_keeps_every_trial(groups):
    text = " / ".join(f"{n} {cues}{'+' if sign else '-'}" for n, cues, sign in groups)
    trials = Design.parse(text + f" | {groups[0][1]}").trials
    for cues in ("A", "B", "AB"):
        for sign in (True, False):
            wanted = sum(n for n, c, s in groups if (c, s) == (cues, sign))
            assert trials.count(Trial((cues,), sign)) == wanted


def test_a_slip_of_the_key_does_not_run_for_days():
    with pytest.raises(DesignError, match="repeated at most 100000 times") as caught:
        Design.parse("4 A+ / 1000000000 B+ | A")
    assert caught.value.position == 7


def test_types_of_unequal_number_are_spread_about_the_middle():
    """Two A at 1/4 and 3/4 of the phase, three B at 1/6, 1/2 and 5/6."""
    cues = [trial.cues for trial in Design.parse("2 A+ / 3 B- | A").trials]
    assert cues == ["B", "A", "B", "A", "B"]
