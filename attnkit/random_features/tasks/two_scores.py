"""Squared error and right answers are different questions."""

from attnkit.coursework import Task

__all__ = ["TWO_SCORES"]

TWO_SCORES = Task(
    name="two-scores",
    title="Worse error, more names right",
    kind="explain",
    difficulty=2,
    minutes=20,
    statement=r"""
In the table of the vowels the linear baseline has about twice the squared error of attention, and
still names the speaker *more* often. Explain how that can be. Invent a small example: {n_speakers}
speakers, two learners and a handful of utterances, with numbers, in which the learner with the
larger squared error names every speaker and the other does not. Then say which of the table's two
columns you would report, to whom, and why a difference of one per cent among 370 utterances should
not be over-read.
""",
    hints=(
        "How is the name chosen from the predicted numbers? Which changes of the numbers leave "
        "it alone?",
        "Multiply all predictions of a sample by one half. What happens to the error, and to "
        "the name?",
        "Let one learner be timid and always right, and the other be sure and sometimes wrong. "
        "For the last question: of how many utterances does one per cent speak, and how far do "
        "such counts scatter?",
    ),
    rubric=(
        "Says on what of the predicted numbers the name depends, and on what the error.",
        "The example has numbers and does what was asked; both scores are worked out.",
        "Says what in a learner can make its predictions too small without changing the names.",
        "Estimates how far a count of right names scatters, and compares it with the table.",
    ),
    variants={"n_speakers": ("three", "four")},
)
