"""How strong a blocked cue is when the two cues are not equally salient."""

from attnkit.coursework import Task, compare, law
from attnkit.memory.conditioning import Delta, simulate

__all__ = ["BLOCKED_COMPOUND"]


def _alone(generator, variant):
    for second in (1, 5, variant["second"]):
        yield {"first": 0, "second": second, "rate": variant["rate"], "salience": 1.0}


def _trained(generator, variant):
    for rate in (0.2, 0.1, variant["rate"]):
        salience = variant["salience"]
        yield {"first": 2000, "second": variant["second"], "rate": rate, "salience": salience}


def _any(generator, variant):
    for first, second, salience in ((1, 1, 2.0), (0, 1000, 0.5), (3, 8, 1.5)):
        yield {"first": first, "second": second, "rate": 0.1, "salience": salience}
    yield {name: variant[name] for name in ("first", "second", "rate", "salience")}


def _in_the_laboratory(answer, *, first, second, rate, salience):
    phases = f"{first} A+ | {second} AB+ | B" if first else f"{second} AB+ | B"
    course = simulate(phases, Delta(rate=rate), saliences={"B": salience})
    predicted = answer(first, second, rate, salience)
    return compare.against(predicted, course["B"], what="the predicted strength")


_overshadowing = law(
    "overshadowing", "Two equal cues without a first phase share the outcome.", cases=_alone
)(_in_the_laboratory)


@law("blocking", "After a very long first phase nothing is left for B.", cases=_trained)
def _blocking(answer, *, first, second, rate, salience):
    return compare.against(answer(first, second, rate, salience), 0.0, what="the strength of B")


_laboratory = law(
    "laboratory", "It is what the animal of the laboratory does, trial by trial.", cases=_any
)(_in_the_laboratory)


BLOCKED_COMPOUND = Task(
    name="blocked-compound",
    title="Blocking a loud cue",
    kind="predict",
    difficulty=2,
    minutes=30,
    statement=r"""
The chapter's formula for a blocked cue takes A and B equally salient. Let A have salience 1 and B
salience $s$, so that B enters a key with the entry $s$, and a probe of B asks with $s$ as well.
Predict, before you run a trial, the strength of B after `m A+ | n AB+ | B` under the delta rule at
rate $b$: write `blocked_strength(first, second, rate, salience)` without a loop, with $m$ =
`first` (zero included) and $n$ = `second`.

Then measure $m = {first}$, $n = {second}$, $b = {rate}$, $s = {salience}$:
`attnkit.memory.conditioning.simulate(design, Delta(rate=b), saliences={{"B": s}})["B"]`. Can a
very loud B escape blocking?
""",
    hints=(
        "Follow the error, not the weights. By which factor does a trial with A alone change it, "
        "by which a compound trial?",
        "In the compound phase each trial moves the weights along one and the same key. In which "
        "ratio do A's and B's gains stand?",
        "The whole error that is removed in phase two is shared in proportion to the squared "
        "entries of the key, as far as answers are concerned. How much error is there to remove?",
    ),
    placeholder='''
def blocked_strength(first, second, rate, salience):
    """The strength of B after `first` trials A+ and `second` trials AB+."""
    return float("nan")
''',
    laws=(_overshadowing, _blocking, _laboratory),
    variants={
        "first": (10, 6, 15),
        "second": (40, 25, 60),
        "rate": (0.1, 0.05, 0.15),
        "salience": (2.0, 0.5, 1.5, 2.5),
    },
)
