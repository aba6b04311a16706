"""Build a conditioning experiment and watch the strengths, trial by trial."""

from dataclasses import replace

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Text, Values
from attnkit.explore.marks import Line, Rule
from attnkit.memory.conditioning import ANIMALS, TwoTimescales, simulate

__all__ = ["CONDITIONING_LABORATORY"]

# A name and a colon may stand before a design; it says what the design is known for.
DESIGNS = (
    "blocking: 40 A+ | 40 AB+ | B",
    "phases exchanged: 40 AB+ | 40 A+ | B",
    "acquisition: 80 A+ | A",
    "overshadowing: 60 AB+ | A",
    "extinction: 60 A+ | 60 A- | A",
    "latent inhibition: 60 A- | 20 A+ | A",
    "conditioned inhibition: 60 A+ / 60 AB- | AB",
    "overexpectation: 40 A+ / 40 B+ | 60 AB+ | AB",
    "second order: 40 A+ | 30 B>A- | B",
    "sensory preconditioning: 40 B>A- | 40 A+ | B",
    "spontaneous recovery: 60 A+ | 40 A- | 40 _- | A",
)
MOST_TRIALS = 140
CUES = "ABC"


def paced(animal: str, pace: float):
    """The animal with its learning rate (or rates) times `pace`."""
    rule = ANIMALS[animal]
    if isinstance(rule, TwoTimescales):
        return replace(rule, rates=tuple(pace * rate for rate in rule.rates))
    return replace(rule, rate=pace * rule.rate) if hasattr(rule, "rate") else rule


def compute(design: str, animal: str, pace: float, salience: float) -> Values:
    """The course of the cues A, B, C and of the first probe, NaN where there is none."""
    design = design.rpartition(":")[2].strip()
    saliences = {"A": salience} if "A" in design.split("|")[0] else None
    course = simulate(design, paced(animal, pace), saliences=saliences)
    n_shown = min(len(course.strengths), MOST_TRIALS + 1)
    lines = np.full((len(CUES) + 1, MOST_TRIALS + 1), np.nan)
    for line, cue in zip(lines, CUES, strict=False):
        if cue in course.watched:
            line[:n_shown] = course.of(cue)[:n_shown].numpy()
    probe = course.design.probes[0]
    lines[-1, :n_shown] = course.of(probe)[:n_shown].numpy()
    ends = [float(end) for end in course.design.phase_ends[:-1][:2]]
    first, second = (ends + [np.nan] * 2)[:2]
    return {
        "trial": np.arange(MOST_TRIALS + 1),
        **{f"strength_{cue}": line for cue, line in zip(CUES, lines, strict=False)},
        "strength_probe": lines[-1],
        "first_end": first,
        "second_end": second,
        "final_probe": course[probe],
        "final_A": course["A"] if "A" in course.watched else np.nan,
        "final_B": course["B"] if "B" in course.watched else np.nan,
    }


CONDITIONING_LABORATORY = Explorable(
    name="conditioning-laboratory",
    title="A conditioning laboratory",
    compute=compute,
    controls=[
        Text(
            "design",
            "design",
            DESIGNS,
            meaning="| separates phases, / mixes trials, > is 'then', _ no cue; the last probes; "
            "what stands before a colon is a name",
        ),
        Choice(
            "animal",
            "learning rule",
            tuple(ANIMALS),
            default="delta",
            meaning="how the animal learns",
        ),
        Steps("pace", "rate", (0.5, 1.0, 2.0), default=1.0, meaning="times the rule's own rate"),
        Steps(
            "salience",
            "salience of A",
            (0.5, 1.0),
            default=1.0,
            meaning="the strength of cue A; the other cues have strength one",
        ),
    ],
    panels=[
        Panel(
            Rule(0.0, axis="y", tone="muted"),
            Rule("first_end", tone="muted"),
            Rule("second_end", tone="muted"),
            Line("trial", "strength_probe", label="probe", tone="muted", width=5),
            Line("trial", "strength_A", label="A"),
            Line("trial", "strength_B", label="B", tone="value"),
            Line("trial", "strength_C", label="C", tone="support"),
            x=Axis("trials done", (0, MOST_TRIALS)),
            y=Axis("associative strength", (-1.1, 2.0)),
        )
    ],
    readouts=[
        Readout("final_probe", "first probe at the end"),
        Readout("final_A", "A at the end", undefined="no cue A"),
        Readout("final_B", "B at the end", undefined="no cue B"),
    ],
    depends={
        "trial": (),
        "strength_C": ("design", "animal", "pace"),
        ("first_end", "second_end"): ("design",),
    },
    caption="""Every trial is a token: its cues are the key, its outcome (0 or 1) the value, and the
    probes are queries. Vertical lines end the phases. A Hebbian animal never stops, and leaves the
    frame.""",
    alt="""Associative strength of cues A, B, C and of the probe against trials; in the default
    design A rises to one and then keeps B near zero.""",
    page_note="The page offers eleven designs and two saliences; Jupyter takes any design as text.",
)
