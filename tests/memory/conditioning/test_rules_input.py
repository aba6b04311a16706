"""What the laboratory refuses: numbers of rules, designs and saliences that mean nothing."""

import math

import jaxtyping
import pytest

from attnkit.memory.conditioning import (
    Course,
    DecayingHebb,
    Delta,
    Design,
    GatedDelta,
    Hebb,
    Mackintosh,
    Momentum,
    PearceHall,
    TemporalDifference,
    Trial,
    TwoHebbianLayers,
    TwoTimescales,
    closed_forms,
    phenomena_table,
    simulate,
    simulate_as_attention,
)


@pytest.fixture(autouse=True)
def _without_shape_checker():
    """The boundary itself, without the checker that only tests have."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


RATED = [
    Delta,
    DecayingHebb,
    GatedDelta,
    Hebb,
    Mackintosh,
    Momentum,
    PearceHall,
    TemporalDifference,
    TwoHebbianLayers,
]


@pytest.mark.parametrize("rule", RATED)
@pytest.mark.parametrize("rate", [math.nan, -1.0, 2.5, math.inf])
def test_a_rate_lies_between_zero_and_two(rule, rate):
    with pytest.raises(ValueError, match="rate must be"):
        rule(rate=rate)


@pytest.mark.parametrize("rule", RATED)
@pytest.mark.parametrize("rate", ["3", None, True, [0.1]])
def test_a_rate_is_a_number(rule, rate):
    with pytest.raises(TypeError, match="rate must be a number, got"):
        rule(rate=rate)


SHARES = {
    DecayingHebb: ("retention",),
    GatedDelta: ("retention",),
    Momentum: ("momentum", "forgetting"),
    PearceHall: ("tracking",),
    Mackintosh: ("step", "fading", "floor"),
    TemporalDifference: ("discount",),
}


@pytest.mark.parametrize(("rule", "name"), [(r, n) for r, names in SHARES.items() for n in names])
def test_shares_lie_between_zero_and_one(rule, name):
    for bad in (1.5, -0.1, math.nan):
        with pytest.raises(ValueError, match=f"{name} must be"):
            rule(**{name: bad})
    for bad in ("3", None):
        with pytest.raises(TypeError, match=f"{name} must be a number, got"):
            rule(**{name: bad})


def test_two_timescales_want_two_of_each():
    with pytest.raises(ValueError, match=r"rates\[1\] must be in \[0, 2\], got -1"):
        TwoTimescales(rates=(0.1, -1.0))
    with pytest.raises(ValueError, match="retentions must hold 2 entries, got 1"):
        TwoTimescales(retentions=(0.9,))


@pytest.mark.parametrize("run", [simulate, simulate_as_attention])
def test_a_rule_is_an_animal_not_its_class(run):
    with pytest.raises(TypeError, match=r"rule must be a"):
        run("3 A+ | A", "delta")
    with pytest.raises(TypeError, match=r"rule must be an? "):
        run("3 A+ | A", Delta)


def test_only_linear_memories_run_as_attention():
    with pytest.raises(TypeError, match="rule must be a LinearRule, got PearceHall"):
        simulate_as_attention("3 A+ | A", PearceHall())


def test_a_table_names_the_animal_that_is_none():
    with pytest.raises(TypeError, match=r"animals\['mine'\] must be a Rule, such as Delta"):
        phenomena_table({"mine": 3})


@pytest.mark.parametrize("salience", [math.nan, math.inf, -1.0, 0.0, 1e9])
def test_saliences_are_positive_numbers(salience):
    with pytest.raises(ValueError, match=r"saliences\['A'\] must be in \(0, 1e\+06\)"):
        simulate("3 A+ | A", Delta(), saliences={"A": salience})
    with pytest.raises(TypeError, match=r"saliences\['A'\] must be a number, got str"):
        simulate("3 A+ | A", Delta(), saliences={"A": "1"})


@pytest.mark.parametrize("run", [simulate, simulate_as_attention])
@pytest.mark.filterwarnings("ignore:rate")
def test_an_animal_that_grows_beyond_numbers_says_so(run):
    with pytest.raises(ValueError, match=r"overflows|rule Delta\(rate=2.0\) grows beyond every"):
        run("900 AB+ | A", Delta(2.0))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((("a",),), "moments must name cues by capital letters, each once, got 'a'"),
        ((("AA",),), "moments must name cues"),
        (((),), "moments must hold at least one compound"),
    ],
)
def test_a_trial_presents_cues(arguments, words):
    with pytest.raises(ValueError, match=words):
        Trial(*arguments)


def test_a_design_has_trials_and_known_probes():
    trial = Trial(("A",), True)
    assert Design("", ((trial,),), ("A",)).cues == ("A",)
    with pytest.raises(ValueError, match="phases must hold at least one trial"):
        Design("", (), ("A",))
    with pytest.raises(ValueError, match="probes must hold at least one compound"):
        Design("", ((trial,),), ())
    for probe in ("B", ""):
        with pytest.raises(ValueError, match=r"probes must be made of \('A',\), got"):
            Design("", ((trial,),), (probe,))
    with pytest.raises(TypeError, match="text must be a string, got int 3"):
        Design.parse(3)


def test_a_course_is_asked_by_name():
    course = simulate("3 A+ | A", Delta())
    assert isinstance(course, Course)
    with pytest.raises(TypeError, match="compound must be a string, got None"):
        course[None]


def test_closed_forms_hold_at_their_ends():
    assert closed_forms.gated_asymptote(1e-30, 1.0) == 1.0
    assert closed_forms.decaying_asymptote(0.1, 0.0) == 0.1
    assert closed_forms.unequal_salience_asymptote(1e-300, 1e-300) == pytest.approx(5e299)
    assert closed_forms.acquisition(0.3, 0) == 0
    for call in (
        lambda: closed_forms.decaying_asymptote(0.1, 1.0),
        lambda: closed_forms.gated_asymptote(0.1, 1.5),
    ):
        with pytest.raises(ValueError, match="retention must be"):
            call()
    with pytest.raises(ValueError, match="rate must be"):
        closed_forms.overshadowed(1.5, 3)
    with pytest.raises(ValueError, match=r"n_trials must be in \[0, 1000000000\]"):
        closed_forms.acquisition(0.5, -1)
