"""The laboratory: closed forms, the phenomena table cell by cell, kernels against trials."""

import pytest
import torch

from attnkit.memory.conditioning import (
    ANIMALS,
    PHENOMENA,
    Course,
    DecayingHebb,
    Delta,
    Design,
    GatedDelta,
    Hebb,
    LinearRule,
    Mackintosh,
    PearceHall,
    RunningMean,
    TemporalDifference,
    TwoHebbianLayers,
    closed_forms,
    effect,
    simulate,
    simulate_as_attention,
)

EXACT = {"rel": 0, "abs": 1e-12}

# One row a phenomenon, one sign for each of these animals: does it show?
NAMES = (
    *("Hebb", "running mean", "Hebb with decay", "delta", "gated delta"),
    *("momentum and forgetting", "Pearce–Hall × delta", "Mackintosh", "temporal difference"),
    *("two Hebbian layers", "two time scales"),
)
SHOWS = {
    "acquisition": "--+++++++-+",
    "extinction": "-+-++++++-+",
    "blocking": "---++++++-+",
    "overshadowing": "---++++++-+",
    "latent inhibition": "-+----++---",
    "conditioned inhibition": "---++++-+-+",
    "second-order conditioning": "--------++-",
    "spontaneous recovery": "----------+",
    "overexpectation": "---++++-+-+",
    "sensory preconditioning": "---------+-",
}
CELLS = [
    (phenomenon, animal, sign == "+")
    for phenomenon, signs in SHOWS.items()
    for animal, sign in zip(NAMES, signs, strict=True)
]


def test_every_cell_is_asserted():
    assert list(SHOWS) == list(PHENOMENA)
    assert set(NAMES) <= set(ANIMALS)
    assert len(CELLS) == 10 * 11


@pytest.mark.parametrize(("phenomenon", "animal", "shows"), CELLS)
def test_phenomenon(phenomenon, animal, shows):
    size = effect(PHENOMENA[phenomenon], ANIMALS[animal])
    if shows:
        assert size > 0.12
    else:
        assert size < 0.02


@pytest.mark.parametrize("rate", [0.05, 0.4])
@pytest.mark.parametrize("n", [1, 23])
def test_delta_rule_closed_forms(rate, n):
    delta = Delta(rate)
    acquired = simulate(f"{n} A+ | A", delta)["A"]
    assert acquired == pytest.approx(closed_forms.acquisition(rate, n), **EXACT)
    course = simulate(f"60 A+ | {n} A- | A", delta).of("A")
    left = course[-1] / course[60]
    assert left == pytest.approx(closed_forms.extinction(rate, n), **EXACT)
    shadowed = simulate(f"{n} AB+ | A", delta)["A"]
    assert shadowed == pytest.approx(closed_forms.overshadowed(rate, n), **EXACT)
    blocked = simulate(f"60 A+ | {n} AB+ | B", delta)["B"]
    assert blocked == pytest.approx(closed_forms.blocked(rate, 60, n), **EXACT)


def test_asymptotes():
    gated = simulate("400 A+ | A", GatedDelta(0.1, 0.995))["A"]
    assert gated == pytest.approx(closed_forms.gated_asymptote(0.1, 0.995), **EXACT)
    decaying = simulate("1000 A+ | A", DecayingHebb(0.1, 0.97))["A"]
    assert decaying == pytest.approx(closed_forms.decaying_asymptote(0.1, 0.97), **EXACT)
    inhibition = simulate("200 A+ / 200 AB- | A / B", Delta(0.4))
    assert inhibition["A"] == pytest.approx(1.0, **EXACT)
    assert inhibition["B"] == pytest.approx(-1.0, **EXACT)
    over = simulate("90 A+ / 90 B+ | 40 AB+ | A / B", Delta(0.3))
    for cue in "AB":
        wanted = closed_forms.overexpectation_asymptote()
        assert over[cue] == pytest.approx(wanted, **EXACT)


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.5, 1.2), (0.9, 0.3)])
def test_unequal_saliences_share_by_squares(a, b):
    course = simulate("200 AB+ | A / B", Delta(0.5), saliences={"A": a, "B": b})
    wanted = closed_forms.unequal_salience_asymptote
    assert course["A"] / a == pytest.approx(wanted(a, b), **EXACT)
    assert course["B"] / b == pytest.approx(wanted(b, a), **EXACT)


def test_hebb_counts_and_the_running_mean_averages():
    assert simulate("17 A+ | 9 A- | A", Hebb(0.1))["A"] == pytest.approx(1.7, **EXACT)
    assert simulate("40 A- | 8 A+ | A", RunningMean())["A"] == pytest.approx(8 / 48, **EXACT)


def test_unit_length_compounds_would_change_the_asymptote():
    share = 1 / 2**0.5
    course = simulate("300 AB+ | A", Delta(), saliences={"A": share, "B": share})
    assert course["A"] / share == pytest.approx(share, **EXACT)
    assert simulate("300 AB+ | A", Delta())["A"] == pytest.approx(0.5, **EXACT)


DESIGNS = sorted({d for p in PHENOMENA.values() for d in p.designs.values()})
LINEAR = {name: rule for name, rule in ANIMALS.items() if isinstance(rule, LinearRule)}


@pytest.mark.parametrize("animal", LINEAR)
def test_kernels_agree_with_the_trial_loop(animal):
    for design in (*DESIGNS, "30 A+ / 17 AB- | 5 C>B+ | 9 _- | ABC / A"):
        for saliences in (None, {"A": 0.7}):
            trials = simulate(design, LINEAR[animal], saliences=saliences)
            tokens = simulate_as_attention(design, LINEAR[animal], saliences=saliences)
            assert tokens.watched == trials.watched
            difference = (tokens.strengths - trials.strengths).abs().max()
            assert difference <= 1e-12 * (1 + trials.strengths.abs().max())


def test_seven_animals_are_linear_memories():
    assert len(LINEAR) == 7


def test_saliences_must_name_cues_and_be_positive():
    with pytest.raises(ValueError, match="saliences names 'Z'"):
        simulate("3 A+ | A", Delta(), saliences={"Z": 1.0})
    with pytest.raises(ValueError, match=r"saliences\['A'\] must be in \(0, 1e\+06\), got 0.0"):
        simulate("3 A+ | A", Delta(), saliences={"A": 0.0})


def test_a_course_knows_only_what_was_watched():
    course = simulate("3 A+ / 3 B+ | A / AB", Delta())
    assert course.probes == {"A": course["A"], "AB": course["AB"]}
    with pytest.raises(KeyError, match="'C' was not watched"):
        course["C"]


def test_pearce_hall_by_hand():
    """Three trials at rate b: associability 1, 1, then 1 − γ + γ (1 − b)."""
    b, gamma = 0.3, 0.2
    course = simulate("3 A+ | A", PearceHall(b, gamma)).of("A")
    second = b + b * (1 - b)
    third = second + b * (1 - gamma + gamma * (1 - b)) * (1 - second)
    assert course.tolist() == pytest.approx([0, b, second, third], **EXACT)


def test_mackintosh_attention_keeps_to_its_floor_and_to_one():
    """A lone cue predicts no worse than nothing: only fading moves it, down to the floor."""
    rule = Mackintosh(rate=0.0, step=0.0, fading=0.2, floor=0.05)
    memory, moment = rule.begin(1), torch.ones(1, 1, dtype=torch.float64)
    attentions = []
    for _ in range(4):
        memory = rule.learn(memory, moment, 0.0)
        attentions.append(memory[1].item())
    assert attentions == pytest.approx([0.3, 0.1, 0.05, 0.05], **EXACT)
    rising = Mackintosh(rate=1.0, step=1.0, fading=0.0)
    memory = rising.begin(1)
    for _ in range(5):
        memory = rising.learn(memory, moment, 1.0)
    assert memory[1].item() == 1.0


def test_temporal_difference_hands_back_a_discounted_prediction():
    course = simulate("600 B>A+ | A / B", TemporalDifference(0.3, 0.8))
    assert course["A"] == pytest.approx(1.0, **EXACT)
    assert course["B"] == pytest.approx(0.8, **EXACT)


def test_two_hebbian_layers_multiply():
    """Four successions and three outcomes at rate b give B the product 4b · 3b."""
    course = simulate("4 B>A- | 3 A+ | A / B", TwoHebbianLayers(0.1))
    assert course["A"] == pytest.approx(0.3, **EXACT)
    assert course["B"] == pytest.approx(0.4 * 0.3, **EXACT)


@pytest.mark.parametrize(
    ("own", "summation", "retardation"), [(0.1, 0.5, 0.4), (0.5, 0.1, 0.4), (0.5, 0.4, 0.1)]
)
def test_inhibition_is_its_weakest_sign(own, summation, retardation):
    """Own strength −B, summation C − BC, retardation D − B, each in turn the least."""

    def course(**ends):
        design = Design.parse("A+ / B+ / C+ / D+ | A")
        return Course(design, tuple(ends), torch.tensor([list(ends.values())]))

    courses = {
        "trained": course(B=-own, C=1.0, BC=1.0 - summation),
        "retarded": course(B=0.2),
        "novel": course(D=0.2 + retardation),
    }
    size = PHENOMENA["conditioned inhibition"].effect(courses)
    assert size == pytest.approx(min(own, summation, retardation), abs=1e-6)
