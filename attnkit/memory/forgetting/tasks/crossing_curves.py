"""Why the forgetting curves cross."""

from attnkit.coursework import Task

__all__ = ["CROSSING_CURVES"]

CROSSING_CURVES = Task(
    name="crossing-curves",
    title="Curves that must cross",
    kind="explain",
    difficulty=2,
    minutes=30,
    statement=r"""
In the figure of the forgetting curves, take {n_pairs} pairs at width {d_key} and compare Hebb, the
best decay for one age, and the delta rule at rate one and at one half. In about a page:

1. Hebb's curve is flat and the others fall. Why, in terms of what a write does to the pairs that
   are there already?
2. Every two curves cross. Is there something that all rules share, so that one can't be better at
   every age? Argue from what a state of fixed size can hold, and say where your argument stops
   being a proof.
3. A head must answer about tokens up to 20 steps back, most often about the last three. Choose a
   rule and its numbers, and defend the choice with readings from the figure.
""",
    hints=(
        "For each rule ask two questions: what happens to the signal of an old pair with every "
        "write, and what to the noise around it?",
        "Add up the ratios over all ages for each rule, roughly, from the table. Do the sums "
        "differ by as much as single entries do?",
        "For the choice, weigh the readings by how often each age is asked for. Compare with the "
        "best decay for the mean age.",
    ),
    rubric=(
        "For each rule says what a later write does to the signal and to the noise of an old pair.",
        "Reads at least two crossings off the figure with their ages.",
        "Gives an argument about what one state can hold, and says honestly what it bounds.",
        "Chooses a rule with numbers, weighs ages, and compares at least two candidates.",
    ),
    variants={"n_pairs": (256, 128), "d_key": (64, 32)},
)
