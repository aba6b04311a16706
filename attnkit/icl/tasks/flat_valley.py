"""Why a trained scale says nothing about the loss."""

from attnkit.coursework import Task

__all__ = ["FLAT_VALLEY"]

FLAT_VALLEY = Task(
    name="flat-valley",
    title="Two trained layers, one loss",
    kind="explain",
    difficulty=2,
    minutes=25,
    statement=r"""
Two students train the same pair of heads ($d=5$, $L=40$, $\sigma^2=0.1$). One ends with
$|\omega| = {first_scale}$, the other, with more steps at a smaller rate, with
$|\omega| = {second_scale}$. Their risks differ by less than 0.002. One of them concludes that the
other has not converged. Use the figure *A valley, not a point* to answer, in half a page:

1. Why are both layers about equally good? Which number should they have compared?
2. Walk along the floor of the valley towards large scales. What ends it, and why is the best
   product of scale and gain there no longer the one of debiased descent?
3. Training creeps along the floor towards small scales. Which readings of the figure tell you that
   it will not arrive in any reasonable time, and does it matter?
""",
    hints=(
        "Set a small scale and find the best gain; then double the scale. What happens to the best "
        "gain?",
        "Which two combinations of the heads' numbers does the risk depend on in the limit of "
        "small scales? Which of them is free along the floor?",
        "At large scales the weights lean on few examples. Compare the sum of squared weights with "
        "that of flat weights: what does each do to the noise of the labels, and what does a "
        "saturating softmax do to the answer's size?",
    ),
    rubric=(
        "Says which combinations of scale and gain the risk sees at small scales; compares those.",
        "Reads gains off the figure at two scales at least and does the arithmetic.",
        "Names what ends the valley at large scales, from the shape of softmax.",
        "Explains which way the best combination moves there, and rules out a rival explanation.",
        "Judges with numbers whether what is left of the slope matters.",
    ),
    variants={"first_scale": (0.22, 0.2, 0.21), "second_scale": (0.19, 0.12, 0.15)},
)
